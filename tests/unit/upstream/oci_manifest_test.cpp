// Manifests from a registry that misbehaves.
#include "fixtures.hpp"
#include "larder/core/media_types.hpp"

namespace larder::upstream {
namespace {

using OciManifest = OciSourceTest;

const std::string kOther = "sha256:" + std::string(64, 'a');

TEST_F(OciManifest, GetsTheBytesWithTheirDigest) {
  auto manifest = valueOf(getManifest(*source(), "img/2x1k/plain"));
  EXPECT_EQ(manifest.mediaType, core::media::kOciManifest);
  EXPECT_EQ(manifest.digest, Digest::of(manifest.content));
  auto again = valueOf(getManifest(*source(), "img/2x1k/plain", manifest.digest.toString()));
  EXPECT_EQ(again.content, manifest.content);
}

TEST_F(OciManifest, KeepsDockerMediaTypes) {
  auto manifest = valueOf(getManifest(*source(), "docker/multi/2/1x1k/types"));
  EXPECT_EQ(manifest.mediaType, core::media::kDockerList);
}

TEST_F(OciManifest, AsksForEveryManifestTypeUncompressed) {
  valueOf(getManifest(*source(), "img/1x1k/accept"));
  auto request = registry().requests("manifest").back();
  for (auto type : core::media::kAcceptedManifests) {
    EXPECT_NE(request["accept"].get<std::string>().find(type), std::string::npos) << type;
  }
  EXPECT_EQ(request["encoding"], "identity");
  EXPECT_TRUE(request["agent"].get<std::string>().starts_with("larderd/"));
}

TEST_F(OciManifest, HeadTellsDigestTypeAndSize) {
  auto upstream = source();
  auto manifest = valueOf(getManifest(*upstream, "img/2x1k/head"));
  auto head = valueOf(run(upstream->headManifest("img/2x1k/head", Reference::ofTag("latest"), in(kPatience))));
  EXPECT_EQ(head.digest, manifest.digest);
  EXPECT_EQ(head.mediaType, manifest.mediaType);
  EXPECT_EQ(head.size, manifest.content.size());
}

TEST_F(OciManifest, HeadDoesWithoutDigestAndSize) {
  registry().fault({{"fault", "strip"}, {"headers", {"Docker-Content-Digest", "Content-Length"}}});
  auto head = valueOf(run(source()->headManifest("img/1x1k/bare", Reference::ofTag("latest"), in(kPatience))));
  EXPECT_FALSE(head.digest);
  EXPECT_FALSE(head.size);
  EXPECT_EQ(head.mediaType, core::media::kOciManifest);
}

TEST_F(OciManifest, HeadFallsBackToGetWhereHeadIsRefused) {
  registry().fault({{"fault", "status"}, {"status", 405}, {"method", "HEAD"}});
  auto head = valueOf(run(source()->headManifest("img/1x1k/nohead", Reference::ofTag("latest"), in(kPatience))));
  EXPECT_TRUE(head.digest);
  EXPECT_EQ(registry().count("GET manifest"), 1);
}

TEST_F(OciManifest, HeadRefusesAnotherDigestThanTheOneAskedFor) {
  auto manifest = valueOf(getManifest(*source(), "img/1x1k/q"));
  registry().fault({{"fault", "digest"}, {"value", kOther}});
  auto head = run(source()->headManifest("img/1x1k/q", Reference::ofDigest(manifest.digest), in(kPatience)));
  EXPECT_EQ(codeOf(head), ErrorCode::UpstreamInvalid);
}

TEST_F(OciManifest, MapsStatusesToFailures) {
  struct Case {
    int status;
    ErrorCode code;
  };
  for (auto [status, code] : {Case{404, ErrorCode::UpstreamNotFound}, Case{401, ErrorCode::UpstreamDenied},
                              Case{403, ErrorCode::UpstreamDenied}, Case{429, ErrorCode::UpstreamThrottled},
                              Case{500, ErrorCode::UpstreamUnavailable}, Case{503, ErrorCode::UpstreamUnavailable},
                              Case{400, ErrorCode::UpstreamInvalid}, Case{304, ErrorCode::UpstreamInvalid}}) {
    registry().fault({{"fault", "status"}, {"status", status}});
    auto result = getManifest(*source(), "img/1x1k/status");
    ASSERT_FALSE(result) << status;
    EXPECT_EQ(result.error().code, code) << status;
    EXPECT_EQ(result.error().upstreamStatus, status);
    EXPECT_EQ(result.error().where, registry().host());
    EXPECT_NE(result.error().message.find(registry().host()), std::string::npos) << result.error().message;
  }
}

TEST_F(OciManifest, PassesOnRetryAfterOfAThrottle) {
  registry().fault({{"fault", "status"}, {"status", 429}, {"headers", {{"Retry-After", "7"}}}});
  auto result = getManifest(*source(), "img/1x1k/throttled");
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamThrottled);
  EXPECT_EQ(result.error().retryAfter, seconds(7));
}

TEST_F(OciManifest, RefusesBytesThatHaveAnotherDigest) {
  auto manifest = valueOf(getManifest(*source(), "img/1x1k/corrupt"));
  registry().fault({{"fault", "corrupt"}, {"at", 20}, {"count", 2}});
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/corrupt", manifest.digest.toString())), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/corrupt")), ErrorCode::UpstreamInvalid);
}

TEST_F(OciManifest, RefusesAWrongDigestHeader) {
  registry().fault({{"fault", "digest"}, {"value", kOther}});
  auto result = getManifest(*source(), "img/1x1k/digest");
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamInvalid);
  EXPECT_NE(result.error().message.find(kOther), std::string::npos);
}

TEST_F(OciManifest, DoesWithoutADigestHeader) {
  registry().fault({{"fault", "digest"}, {"value", nullptr}});
  auto manifest = valueOf(getManifest(*source(), "img/1x1k/nodigest"));
  EXPECT_EQ(manifest.digest, Digest::of(manifest.content));
}

TEST_F(OciManifest, RefusesWhatIsLargerThanAManifestMayBe) {
  registry().fault({{"fault", "huge"}, {"bytes", core::media::kMaxManifestBytes + 1}});
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/huge")), ErrorCode::UpstreamInvalid);
  registry().fault({{"fault", "endless"}});
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/endless")), ErrorCode::UpstreamInvalid);
  // Announced, it is not even read.
  registry().fault({{"fault", "length"}, {"delta", core::media::kMaxManifestBytes}});
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/announced")), ErrorCode::UpstreamInvalid);
}

TEST_F(OciManifest, RefusesAPageThatIsNoManifest) {
  registry().fault({{"fault", "body"}, {"body", "<html>log in</html>"}, {"type", "text/html"}});
  auto result = getManifest(*source(), "img/1x1k/portal");
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamInvalid);
}

TEST_F(OciManifest, TakesTheTypeFromTheContentWhereTheHeaderSaysNothing) {
  registry().fault({{"fault", "body"}, {"body", R"({"schemaVersion":2,"manifests":[]})"}});
  EXPECT_EQ(valueOf(getManifest(*source(), "img/1x1k/untyped")).mediaType, core::media::kOciIndex);
}

TEST_F(OciManifest, FailsWhenTheAnswerIsCut) {
  registry().fault({{"fault", "cut"}, {"after", 100}});
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/cut")), ErrorCode::UpstreamUnavailable);
  registry().fault({{"fault", "reset"}});
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/reset")), ErrorCode::UpstreamUnavailable);
}

TEST_F(OciManifest, EndsAtItsDeadline) {
  registry().fault({{"fault", "hang"}});
  auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/hang", "latest", milliseconds(200))), ErrorCode::UpstreamTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(20));
  registry().fault({{"fault", "hang"}, {"after", 10}});
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/hang", "latest", milliseconds(200))), ErrorCode::UpstreamTimeout);
  registry().fault({{"fault", "slow"}, {"bps", 50}});
  EXPECT_EQ(codeOf(getManifest(*source(), "img/1x1k/hang", "latest", milliseconds(300))), ErrorCode::UpstreamTimeout);
}

TEST_F(OciManifest, GivesUpOnTheFirstByteBeforeTheDeadline) {
  registry().fault({{"fault", "hang"}});
  auto limits = options();
  limits.firstByteTimeout = milliseconds(150);
  auto begun = std::chrono::steady_clock::now();
  auto result = getManifest(*source(limits), "img/1x1k/silent");
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(20));
}

TEST_F(OciManifest, NamesTheHostThatCannotBeReached) {
  auto nowhere = options();
  nowhere.url = "http://127.0.0.1:1";
  auto result = getManifest(*source(nowhere), "img/1x1k/nowhere");
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamUnavailable);
  EXPECT_NE(result.error().message.find("127.0.0.1"), std::string::npos);
  nowhere.url = "http://no-such-host.invalid";
  EXPECT_EQ(codeOf(getManifest(*source(nowhere), "img/1x1k/nowhere")), ErrorCode::UpstreamUnavailable);
}

TEST_F(OciManifest, RetriesAsTheRuleSays) {
  registry().fault({{"fault", "status"}, {"status", 500}, {"count", 2}});
  auto patient = options();
  patient.maxRetries = 2;
  patient.retryDelay = milliseconds(5);
  valueOf(getManifest(*source(patient), "img/1x1k/retry"));
  EXPECT_EQ(registry().count("GET manifest"), 3);
}

TEST_F(OciManifest, DoesNotRetryWhatIsAnAnswer) {
  auto patient = options();
  patient.maxRetries = 5;
  for (int status : {404, 403, 429}) {
    registry().reset();
    registry().fault({{"fault", "status"}, {"status", status}, {"count", -1}});
    EXPECT_FALSE(getManifest(*source(patient), "img/1x1k/answer"));
    EXPECT_EQ(registry().count("GET manifest"), 1) << status;
  }
}

TEST_F(OciManifest, DoesNotWaitForARetryBeyondTheDeadline) {
  registry().fault({{"fault", "status"}, {"status", 500}, {"count", -1}});
  auto patient = options();
  patient.maxRetries = 3;
  patient.retryDelay = 10 * kPatience;
  auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(codeOf(getManifest(*source(patient), "img/1x1k/late")), ErrorCode::UpstreamUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(20));
  EXPECT_EQ(registry().count("GET manifest"), 1);
}

TEST_F(OciManifest, AsksUnderTheEndpointsPath) {
  auto prefixed = options();
  prefixed.url = registry().url() + "/img/1x1k";
  valueOf(getManifest(*source(prefixed), "seed"));
  EXPECT_EQ(registry().requests("manifest").back()["path"], "/v2/img/1x1k/seed/manifests/latest");
}

}  // namespace
}  // namespace larder::upstream
