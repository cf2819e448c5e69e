#include "registry_fixture.hpp"

namespace larder::test {
namespace {

using ManifestPullTest = RegistryTest;

TEST_F(ManifestPullTest, StoresWhatTheUpstreamGivesByteForByte) {
  auto content = imageJson("config", {"layer"}) + " ";
  auto digest = addHub().putManifest("library/nginx", "1.27", content);

  auto first = pull(kRepository, "1.27");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->cache, CacheState::Miss);
  EXPECT_EQ(*first->content, content);
  EXPECT_EQ(first->digest, digest);
  EXPECT_EQ(first->upstream, "docker.io");
  EXPECT_EQ(first->repository, kRepository);

  auto second = pull(kRepository, digest.toString());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->cache, CacheState::Hit);
  EXPECT_EQ(*second->content, content);
  EXPECT_EQ(upstream("https://registry-1.docker.io", "").calls(), 1u);
  auto record = threads_.run(meta_->repository(kRepository)).value();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->origin, (storage::Origin{"docker.io", "library/nginx"}));
}

TEST_F(ManifestPullTest, AnswersFromMemoryAfterTheFirstPull) {
  addHub().putManifest("library/nginx", "1", imageJson("config", {}));
  EXPECT_EQ(ready(kRepository, "1"), nullptr);
  auto pulled = pull(kRepository, "1").value();

  auto answer = ready(kRepository, "1");
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->answer.cache, CacheState::Hit);
  EXPECT_EQ(answer->answer.content, pulled.content);
  EXPECT_EQ(*answer->head, "Docker-Content-Digest: " + pulled.digest.toString() + "\r\n");
  EXPECT_EQ(ready(kRepository, "1", "docker.io"), nullptr);
  clock_.advance(kInterval);
  EXPECT_EQ(ready(kRepository, "1"), nullptr);
}

TEST_F(ManifestPullTest, FetchesOnceForAllWhoAskAtOnce) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  hub.hold(UpstreamCall::GetManifest);
  std::vector<std::future<Result<registry::ManifestAnswer>>> callers;
  for (int i = 0; i < 8; ++i) {
    callers.push_back(threads_.start(registry().manifests().get(kRepository, Reference::ofTag("1"), "")));
  }
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::GetManifest, 1));
  hub.release(UpstreamCall::GetManifest);
  for (auto& caller : callers) EXPECT_TRUE(TestRuntime::await(std::move(caller)));
  EXPECT_EQ(hub.calls(UpstreamCall::GetManifest), 1u);
}

TEST_F(ManifestPullTest, GivesEveryWaiterTheSameFailure) {
  auto& hub = addHub();
  hub.hold(UpstreamCall::GetManifest);
  hub.fail(UpstreamCall::GetManifest, Error{ErrorCode::UpstreamUnavailable, "Refused."});
  std::vector<std::future<Result<registry::ManifestAnswer>>> callers;
  for (int i = 0; i < 3; ++i) {
    callers.push_back(threads_.start(registry().manifests().get(kRepository, Reference::ofTag("1"), "")));
  }
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::GetManifest, 1));
  hub.release(UpstreamCall::GetManifest);
  for (auto& caller : callers) EXPECT_EQ(codeOf(TestRuntime::await(std::move(caller))), ErrorCode::UpstreamUnavailable);
}

TEST_F(ManifestPullTest, ChecksATagByHeadAfterTheInterval) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  clock_.advance(kInterval - std::chrono::seconds(1));
  EXPECT_EQ(pull(kRepository, "1")->cache, CacheState::Hit);
  EXPECT_EQ(hub.calls(UpstreamCall::HeadManifest), 0u);

  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(pull(kRepository, "1")->cache, CacheState::Hit);
  EXPECT_EQ(hub.calls(UpstreamCall::HeadManifest), 1u);
  EXPECT_EQ(hub.calls(UpstreamCall::GetManifest), 1u);
  // Confirmed: not asked again for another interval.
  clock_.advance(kInterval - std::chrono::seconds(1));
  EXPECT_EQ(pull(kRepository, "1")->cache, CacheState::Hit);
  EXPECT_EQ(hub.calls(UpstreamCall::HeadManifest), 1u);
}

TEST_F(ManifestPullTest, FollowsATagThatMoved) {
  auto& hub = addHub();
  auto before = hub.putManifest("library/nginx", "1", imageJson("old", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  auto after = hub.putManifest("library/nginx", "1", imageJson("new", {}));
  EXPECT_EQ(pull(kRepository, "1")->digest, before);

  clock_.advance(kInterval);
  auto moved = pull(kRepository, "1");
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->digest, after);
  EXPECT_EQ(moved->cache, CacheState::Miss);
  EXPECT_EQ(pull(kRepository, before.toString())->digest, before);
  EXPECT_EQ(pull(kRepository, "1")->digest, after);
}

TEST_F(ManifestPullTest, NeverChecksDigestsAndImmutableTags) {
  auto& hub = addHub();
  config_.larder.upstreams["docker.io"].immutableTags = R"(^\d+\.\d+\.\d+$)";
  auto digest = hub.putManifest("library/nginx", "1.27.3", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1.27.3"));
  hub.failAll(Error{ErrorCode::UpstreamUnavailable, "Down."});
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(pull(kRepository, digest.toString())->cache, CacheState::Hit);
  EXPECT_EQ(pull(kRepository, "1.27.3")->cache, CacheState::Hit);
  EXPECT_EQ(hub.calls(), 1u);
}

TEST_F(ManifestPullTest, FetchesAgainWhereHeadTellsNoDigest) {
  auto& hub = addHub();
  hub.setHeadComplete(false);
  auto digest = hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  clock_.advance(kInterval);
  EXPECT_EQ(pull(kRepository, "1")->digest, digest);
  EXPECT_EQ(hub.calls(UpstreamCall::GetManifest), 2u);
}

class StaleTest : public RegistryTest, public ::testing::WithParamInterface<ErrorCode> {};

TEST_P(StaleTest, ServesTheStoredCopyAndLeavesTheUpstreamAlone) {
  auto& hub = addHub();
  auto digest = hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  clock_.advance(kInterval);
  hub.failAll(Error{GetParam(), "Failing."});

  auto stale = pull(kRepository, "1");
  ASSERT_TRUE(stale);
  EXPECT_EQ(stale->cache, CacheState::Stale);
  EXPECT_EQ(stale->digest, digest);
  // The next one comes from memory and is still marked.
  auto next = ready(kRepository, "1");
  ASSERT_NE(next, nullptr);
  EXPECT_EQ(next->answer.cache, CacheState::Stale);
  EXPECT_EQ(hub.calls(UpstreamCall::HeadManifest), 1u);

  hub.succeed();
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(pull(kRepository, "1")->cache, CacheState::Hit);
}

INSTANTIATE_TEST_SUITE_P(Failures, StaleTest,
                         ::testing::Values(ErrorCode::UpstreamThrottled, ErrorCode::UpstreamUnavailable,
                                           ErrorCode::UpstreamTimeout, ErrorCode::UpstreamInvalid,
                                           ErrorCode::UpstreamNotFound, ErrorCode::UpstreamDenied),
                         [](const auto& info) { return std::string(core::toString(info.param)); });

TEST_F(ManifestPullTest, ServesStaleWithinTheRevalidationDeadline) {
  auto& hub = addHub();
  config_.larder.upstream.revalidateTimeout = std::chrono::milliseconds(50);
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  clock_.advance(kInterval);
  hub.hold(UpstreamCall::HeadManifest);
  auto stale = pull(kRepository, "1");
  ASSERT_TRUE(stale);
  EXPECT_EQ(stale->cache, CacheState::Stale);
}

TEST_F(ManifestPullTest, LeavesAThrottledUpstreamAloneUntilItsRetryAfter) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  clock_.advance(kInterval);
  Error throttled{ErrorCode::UpstreamThrottled, "Too many."};
  throttled.retryAfter = std::chrono::seconds(60);
  hub.failAll(throttled);
  ASSERT_EQ(pull(kRepository, "1")->cache, CacheState::Stale);
  clock_.advance(std::chrono::seconds(59));
  EXPECT_NE(ready(kRepository, "1"), nullptr);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(ready(kRepository, "1"), nullptr);
}

TEST_F(ManifestPullTest, RefusedCredentialsAreNobodysMissAndForgottenOnceTheyAreMended) {
  config_.larder.upstream.missBudget = 3;
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  hub.failAll({ErrorCode::UpstreamLoginRefused, "hub refuses its credentials."});
  registry::Asker asker;
  asker.address = "192.0.2.7";
  for (int i = 0; i < 10; ++i) {
    auto refused = threads_.run(registry().manifests().get(kRepository, Reference::ofTag("1"), asker));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::ManifestUnknown) << refused.error().message;
  }
  hub.succeed();
  EXPECT_TRUE(threads_.run(registry().manifests().get(kRepository, Reference::ofTag("1"), asker)));
}

TEST_F(ManifestPullTest, MapsFailuresWithoutAStoredCopy) {
  auto& hub = addHub();
  const std::pair<ErrorCode, ErrorCode> cases[] = {{ErrorCode::UpstreamNotFound, ErrorCode::ManifestUnknown},
                                                   {ErrorCode::UpstreamDenied, ErrorCode::ManifestUnknown},
                                                   {ErrorCode::UpstreamLoginRefused, ErrorCode::ManifestUnknown},
                                                   {ErrorCode::UpstreamThrottled, ErrorCode::TooManyRequests},
                                                   {ErrorCode::UpstreamUnavailable, ErrorCode::UpstreamUnavailable},
                                                   {ErrorCode::UpstreamTimeout, ErrorCode::UpstreamTimeout},
                                                   {ErrorCode::UpstreamInvalid, ErrorCode::UpstreamInvalid}};
  for (const auto& [upstreamCode, clientCode] : cases) {
    Error error{upstreamCode, "Failing."};
    error.retryAfter = std::chrono::seconds(7);
    hub.fail(UpstreamCall::GetManifest, error);
    auto result = pull(std::string("docker.io/library/") + core::toString(upstreamCode), "1");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, clientCode);
    EXPECT_EQ(result.error().retryAfter, std::chrono::seconds(7));
  }
}

TEST_F(ManifestPullTest, RemembersAnAbsenceBriefly) {
  auto& hub = addHub();
  EXPECT_EQ(codeOf(pull(kRepository, "none")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(pull(kRepository, "none")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(hub.calls(UpstreamCall::GetManifest), 1u);
  clock_.advance(config_.larder.upstream.negativeTtl);
  hub.putManifest("library/nginx", "none", imageJson("config", {}));
  EXPECT_TRUE(pull(kRepository, "none"));
}

TEST_F(ManifestPullTest, DoesNotRememberAnOutage) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  hub.fail(UpstreamCall::GetManifest, Error{ErrorCode::UpstreamUnavailable, "Down."}, 1);
  EXPECT_EQ(codeOf(pull(kRepository, "1")), ErrorCode::UpstreamUnavailable);
  EXPECT_TRUE(pull(kRepository, "1"));
}

TEST_F(ManifestPullTest, ForgetsAnAbsenceWhenTheTagIsPushed) {
  addHub();
  allowPush(kRepository);
  EXPECT_EQ(codeOf(pull(kRepository, "mine")), ErrorCode::ManifestUnknown);
  auto digest = pushImage(kRepository, "mine");
  EXPECT_EQ(pull(kRepository, "mine")->digest, digest);
}

TEST_F(ManifestPullTest, NeverChecksAPushedTag) {
  auto& hub = addHub();
  allowPush(kRepository);
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  auto pushed = pushImage(kRepository, "mine");
  hub.putManifest("library/nginx", "mine", imageJson("theirs", {}));
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(pull(kRepository, "mine")->digest, pushed);
}

TEST_F(ManifestPullTest, RefusesAnUpstreamsBrokenManifest) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "bad", R"({"schemaVersion":1})",
                  "application/vnd.docker.distribution.manifest.v1+json");
  EXPECT_EQ(codeOf(pull(kRepository, "bad")), ErrorCode::UpstreamInvalid);
  EXPECT_FALSE(threads_.run(meta_->repository(kRepository)).value());
}

TEST_F(ManifestPullTest, TakesALargeManifest) {
  auto content = imageJson("config", {}, R"(,"annotations":{"a":")" + std::string(1'000'000, 'x') + R"("})");
  addHub().putManifest("library/nginx", "1", content);
  EXPECT_EQ(pull(kRepository, "1")->content->size(), content.size());
  EXPECT_EQ(pull(kRepository, Digest::of(content).toString())->cache, CacheState::Hit);
}

TEST_F(ManifestPullTest, TriesTheNextUrlAfterAnOutageAlone) {
  addContent(addRule({"https://mirror.test", "https://origin.test"}), "**", "/m");
  auto& mirror = upstream("https://mirror.test", "mirror.test");
  auto& origin = upstream("https://origin.test", "origin.test");
  origin.putManifest("app", "1", imageJson("config", {}));
  mirror.fail(UpstreamCall::GetManifest, Error{ErrorCode::UpstreamUnavailable, "Down."}, 1);
  EXPECT_TRUE(pull("m/app", "1"));
  EXPECT_EQ(codeOf(pull("m/app", "2")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(origin.calls(), 1u);
}

TEST_F(ManifestPullTest, ThrottlesOnlyWhenEveryUrlIsThrottled) {
  addContent(addRule({"https://a.test", "https://b.test"}), "**", "/m");
  auto& a = upstream("https://a.test", "a.test");
  auto& b = upstream("https://b.test", "b.test");
  a.failAll(Error{ErrorCode::UpstreamThrottled, "Too many."});
  b.failAll(Error{ErrorCode::UpstreamUnavailable, "Down."});
  EXPECT_EQ(codeOf(pull("m/app", "1")), ErrorCode::UpstreamUnavailable);
  b.failAll(Error{ErrorCode::UpstreamThrottled, "Too many."});
  EXPECT_EQ(codeOf(pull("m/app", "1")), ErrorCode::TooManyRequests);
}

TEST_F(ManifestPullTest, FetchesAgainWhenTheBytesAreGone) {
  auto& hub = addHub();
  auto digest = hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  ASSERT_TRUE(threads_.run(blobs_->remove(digest)));
  EXPECT_EQ(pull(kRepository, "1")->cache, CacheState::Miss);
  EXPECT_TRUE(threads_.run(blobs_->stat(digest)).value());
}

TEST_F(ManifestPullTest, CountsWhatWasPulled) {
  addHub().putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  ASSERT_NE(ready(kRepository, "1"), nullptr);
  threads_.run(registry().shutdown());
  auto record = threads_.run(meta_->repository(kRepository)).value();
  EXPECT_EQ(record->pulls, 2u);
  auto text = metrics_.expose();
  EXPECT_NE(text.find(R"(larder_cache_requests_total{result="miss",type="manifest",upstream="docker.io"} 1)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(larder_cache_requests_total{result="hit",type="manifest",upstream="docker.io"} 1)"),
            std::string::npos);
  EXPECT_NE(text.find(R"(zot_repo_downloads_total{repo="docker.io/library/nginx"} 2)"), std::string::npos);
}

}  // namespace
}  // namespace larder::test
