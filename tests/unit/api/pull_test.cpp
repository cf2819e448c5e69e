// GET and HEAD of manifests and blobs by the normal path.
#include "api_fixture.hpp"

namespace larder::test {
namespace {

using PullTest = ApiTest;

TEST_F(PullTest, ManifestIsServedByteForByte) {
  auto manifest = registry.addManifest("team/app", "v1", R"({ "odd":   "spacing" })");
  auto response = get("/v2/team/app/manifests/v1");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text(response), R"({ "odd":   "spacing" })");
  EXPECT_EQ(response.field("Content-Type"), manifest.mediaType);
  EXPECT_EQ(response.field("Docker-Content-Digest"), manifest.digest.toString());
  EXPECT_EQ(response.field("ETag"), '"' + manifest.digest.toString() + '"');
  EXPECT_EQ(response.field("X-Cache"), "HIT");
  EXPECT_EQ(response.field("Docker-Distribution-Api-Version"), "registry/2.0");
  EXPECT_EQ(response.field("X-Content-Type-Options"), "nosniff");
}

TEST_F(PullTest, TheRegistryLearnsWhoAsks) {
  registry.addManifest("app", "v1", "{}");
  get("/v2/app/manifests/v1?ns=docker.io");
  EXPECT_EQ(registry.askedBy.ns, "docker.io");
  EXPECT_EQ(registry.askedBy.address, "192.0.2.1");
}

TEST_F(PullTest, HeadOfAManifestHasItsLength) {
  registry.addManifest("app", "v1", "{}");
  auto response = send({http::Method::Head, "/v2/app/manifests/v1"});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.contentLength, 2U);
  EXPECT_EQ(text(response), "");
}

TEST_F(PullTest, ManifestThatIsKnownIsNotSentAgain) {
  auto manifest = registry.addManifest("app", "v1", "{}");
  auto tag = '"' + manifest.digest.toString() + '"';
  for (const auto& field : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    auto response = get("/v2/app/manifests/v1", {{"If-None-Match", field}});
    EXPECT_EQ(response.status, 304) << field;
    EXPECT_EQ(response.field("ETag"), tag);
  }
  EXPECT_EQ(get("/v2/app/manifests/v1", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(PullTest, ContentThatABrowserWouldRenderIsServedAsBytes) {
  for (const char* type : {"text/html", "image/svg+xml", "application/xhtml+xml", "application/vnd.x\r\nEvil: 1"}) {
    registry.addManifest("app", "v1", "<script>", type);
    EXPECT_EQ(get("/v2/app/manifests/v1").field("Content-Type"), "application/octet-stream") << type;
    EXPECT_EQ(api::formatManifestHead(registry.content["app:v1"]).find("Evil"), std::string::npos);
  }
  auto digest = registry.blobService.add("app", "<script>");
  EXPECT_EQ(get("/v2/app/blobs/" + digest.toString()).field("Content-Type"), "application/octet-stream");
}

TEST_F(PullTest, UnknownManifestIs404) {
  auto response = get("/v2/app/manifests/v1");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(errorCode(response), "MANIFEST_UNKNOWN");
}

TEST_F(PullTest, BadNamesAndReferencesAre400) {
  for (const char* target : {"/v2/UPPER/manifests/v1", "/v2/a..b/manifests/v1", "/v2/../etc/manifests/v1",
                             "/v2/a%2F..%2Fb/manifests/v1", "/v2//manifests/v1", "/v2/a%00/manifests/v1"}) {
    auto response = get(target);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(errorCode(response), "NAME_INVALID") << target;
  }
  for (const char* target : {"/v2/app/manifests/sha256:bad", "/v2/app/blobs/sha256:bad", "/v2/app/blobs/md5:0"}) {
    auto response = get(target);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(errorCode(response), "DIGEST_INVALID") << target;
  }
  EXPECT_EQ(get("/v2/app/manifests/.bad").status, 400);
  EXPECT_TRUE(registry.record.calls.empty());
}

TEST_F(PullTest, EscapedNamesAreDecoded) {
  registry.addManifest("team/app", "v1", "{}");
  EXPECT_EQ(get("/v2/team%2Fapp/manifests/v1").status, 200);
}

TEST_F(PullTest, WrongMethodSaysWhichAreRight) {
  auto response = send({http::Method::Post, "/v2/app/manifests/v1"});
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.field("Allow"), "GET, HEAD, PUT, DELETE");
  EXPECT_EQ(get("/v2/app/nothing/here").status, 404);
}

TEST_F(PullTest, NamespaceIsPassedOnAndReturned) {
  registry.addManifest("app", "v1", "{}");
  auto response = get("/v2/app/manifests/v1?ns=docker.io");
  EXPECT_EQ(response.field("OCI-Namespace"), "docker.io");
  EXPECT_EQ(registry.record.calls.back(), "manifest.get app:v1 docker.io");
  EXPECT_EQ(get("/v2/app/manifests/v1").field("OCI-Namespace"), "");
  EXPECT_EQ(get("/v2/app/manifests/v1?ns=a%0d%0aEvil:1").status, 400);
}

struct RangeCase {
  const char* field;
  int status;
  const char* body;
  const char* contentRange;
};

class BlobRange : public ApiTest, public testing::WithParamInterface<RangeCase> {};

TEST_P(BlobRange, IsAnswered) {
  auto digest = registry.blobService.add("app", "0123456789");
  auto response = get("/v2/app/blobs/" + digest.toString(), {{"Range", GetParam().field}});
  EXPECT_EQ(response.status, GetParam().status);
  EXPECT_EQ(text(response), GetParam().body);
  EXPECT_EQ(response.field("Content-Range"), GetParam().contentRange);
}

INSTANTIATE_TEST_SUITE_P(
    Ranges, BlobRange,
    testing::Values(RangeCase{"bytes=2-4", 206, "234", "bytes 2-4/10"},
                    RangeCase{"bytes=7-", 206, "789", "bytes 7-9/10"}, RangeCase{"bytes=-2", 206, "89", "bytes 8-9/10"},
                    RangeCase{"bytes=8-99", 206, "89", "bytes 8-9/10"}, RangeCase{"bytes=10-", 416, "", "bytes */10"},
                    RangeCase{"bytes=5-0", 416, "", "bytes */10"}, RangeCase{"bytes=0-1,3-4", 200, "0123456789", ""}));

TEST_F(PullTest, RangeIsHeededOnlyForTheSameContent) {
  auto digest = registry.blobService.add("app", "0123456789");
  auto target = "/v2/app/blobs/" + digest.toString();
  EXPECT_EQ(get(target, {{"Range", "bytes=2-4"}, {"If-Range", '"' + digest.toString() + '"'}}).status, 206);
  EXPECT_EQ(get(target, {{"Range", "bytes=2-4"}, {"If-Range", "\"other\""}}).status, 200);
}

TEST_F(PullTest, BlobIsSentWhileItGrows) {
  auto digest = registry.blobService.add("app", "0123456789");
  auto& blob = registry.blobService.content["app@" + digest.toString()];
  blob.growth = std::make_shared<ScriptedGrowth>(std::vector<std::uint64_t>{1, 4, 10});
  blob.cache = registry::CacheState::Miss;
  auto response = get("/v2/app/blobs/" + digest.toString());
  EXPECT_EQ(response.contentLength, 10U);
  EXPECT_EQ(response.field("X-Cache"), "MISS");
  EXPECT_EQ(text(response), "0123456789");
  EXPECT_FALSE(wasCut);
}

TEST_F(PullTest, GrowingBlobCanBeReadFromTheMiddle) {
  auto digest = registry.blobService.add("app", "0123456789");
  auto& blob = registry.blobService.content["app@" + digest.toString()];
  blob.growth = std::make_shared<ScriptedGrowth>(std::vector<std::uint64_t>{1, 6, 10});
  auto response = get("/v2/app/blobs/" + digest.toString(), {{"Range", "bytes=5-7"}});
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(text(response), "567");
}

TEST_F(PullTest, BlobThatTurnsOutWrongIsCutOff) {
  auto digest = registry.blobService.add("app", "0123456789");
  registry.blobService.content["app@" + digest.toString()].growth =
      std::make_shared<ScriptedGrowth>(std::vector<std::uint64_t>{4});
  auto response = get("/v2/app/blobs/" + digest.toString());
  EXPECT_EQ(text(response), "0123");
  EXPECT_TRUE(wasCut);
}

TEST_F(PullTest, EmptyBlobIsServed) {
  auto digest = registry.blobService.add("app", "");
  auto response = get("/v2/app/blobs/" + digest.toString());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.contentLength, 0U);
  EXPECT_EQ(text(response), "");
}

TEST_F(PullTest, HeadOfABlobHasItsLength) {
  auto digest = registry.blobService.add("app", "0123456789");
  auto response = send({http::Method::Head, "/v2/app/blobs/" + digest.toString()});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.contentLength, 10U);
  EXPECT_EQ(response.field("Accept-Ranges"), "bytes");
  EXPECT_EQ(response.field("Docker-Content-Digest"), digest.toString());
}

TEST_F(PullTest, UpstreamOutageIsToldWithRetryAfter) {
  core::Error error{ErrorCode::UpstreamUnavailable, "docker.io does not answer.", "docker.io"};
  error.retryAfter = std::chrono::seconds(7);
  registry.record.failure = error;
  auto response = get("/v2/app/manifests/v1");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.field("Retry-After"), "7");
}

}  // namespace
}  // namespace larder::test
