#include "registry_fixture.hpp"

namespace larder::test {
namespace {

using RouterTest = RegistryTest;

TEST_F(RouterTest, NamespaceLeadsToItsRegistryAlone) {
  auto& hub = addHub();
  addRule({"https://ghcr.io"});
  auto& ghcr = upstream("https://ghcr.io", "ghcr.io");
  auto fromHub = hub.putManifest("team/app", "1", imageJson("hub", {}));
  auto fromGhcr = ghcr.putManifest("team/app", "1", imageJson("ghcr", {}));

  auto first = pull("team/app", "1", "docker.io");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->digest, fromHub);
  EXPECT_EQ(first->repository, "docker.io/team/app");
  auto second = pull("team/app", "1", "ghcr.io");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->digest, fromGhcr);
  EXPECT_EQ(second->repository, "ghcr.io/team/app");
  // And from memory the same.
  EXPECT_EQ(ready("team/app", "1", "docker.io")->answer.digest, fromHub);
  EXPECT_EQ(ready("team/app", "1", "ghcr.io")->answer.digest, fromGhcr);
}

TEST_F(RouterTest, IsNoOpenProxy) {
  auto& hub = addHub();
  auto result = pull("team/app", "1", "quay.io");
  EXPECT_EQ(codeOf(result), ErrorCode::NameUnknown);
  EXPECT_EQ(result.error().where, "quay.io");
  EXPECT_EQ(hub.calls(), 0u);
}

TEST_F(RouterTest, FindsTheRepositoryThatAPathPrefixMade) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull("docker.io/library/nginx", "1"));
  auto byNamespace = pull("library/nginx", "1", "docker.io");
  ASSERT_TRUE(byNamespace);
  EXPECT_EQ(byNamespace->cache, CacheState::Hit);
  EXPECT_EQ(byNamespace->repository, "docker.io/library/nginx");
  EXPECT_EQ(pull("nginx", "1", "registry-1.docker.io")->cache, CacheState::Hit);
  EXPECT_EQ(hub.calls(), 1u);
}

TEST_F(RouterTest, NeverFillsARepositoryFromTwoRegistries) {
  addContent(addRule({"https://a.test"}), "**", "/m");
  addContent(addRule({"https://b.test"}), "**", "/m");
  auto& a = upstream("https://a.test", "a.test");
  auto& b = upstream("https://b.test", "b.test");
  a.putManifest("app", "1", imageJson("a", {}));
  b.putManifest("app", "2", imageJson("b", {}));
  ASSERT_TRUE(pull("m/app", "1"));
  // The repository is a.test's now: what only b.test has is not in it.
  EXPECT_EQ(codeOf(pull("m/app", "2")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(b.calls(), 0u);
  // By namespace b.test gets one of its own.
  auto other = pull("app", "2", "b.test");
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(other->repository, "b.test/app");
}

TEST_F(RouterTest, TriesTheNextRuleOnlyAfterAbsence) {
  addContent(addRule({"https://a.test"}), "**", "/m");
  addContent(addRule({"https://b.test"}), "**", "/m");
  auto& a = upstream("https://a.test", "a.test");
  auto& b = upstream("https://b.test", "b.test");
  b.putManifest("app", "1", imageJson("b", {}));
  a.fail(UpstreamCall::GetManifest, Error{ErrorCode::UpstreamUnavailable, "Down."}, 1);
  EXPECT_EQ(codeOf(pull("m/app", "1")), ErrorCode::UpstreamUnavailable);
  EXPECT_EQ(b.calls(), 0u);
  auto found = pull("m/app", "1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->upstream, "b.test");
}

TEST_F(RouterTest, LeavesAPushedRepositoryToItselfWhereNoRuleTakesIt) {
  auto& hub = addHub();
  pushImage("team/app", "1");
  EXPECT_TRUE(pull("team/app", "1"));
  EXPECT_EQ(codeOf(pull("team/app", "2")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(pull("team/none", "2")), ErrorCode::NameUnknown);
  EXPECT_EQ(hub.calls(), 0u);
}

TEST_F(RouterTest, KeepsTheSourcesOfUnchangedRules) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull("docker.io/library/nginx", "1"));
  EXPECT_EQ(made_, 1u);
  addRule({"https://ghcr.io"});
  upstream("https://ghcr.io", "ghcr.io");
  registry().reconfigure(snapshot());
  EXPECT_EQ(made_, 2u);
  // Memory was dropped: other rules may mean other answers.
  EXPECT_EQ(ready("docker.io/library/nginx", "1"), nullptr);

  config_.extensions.sync->registries[0].reqConcurrent = 2;
  config_.extensions.sync->credentials["ghcr.io"] = {"user", "password"};
  registry().reconfigure(snapshot());
  EXPECT_EQ(made_, 4u);
}

TEST_F(RouterTest, ForgetsAbsencesOnANewConfiguration) {
  auto& hub = addHub();
  EXPECT_EQ(codeOf(pull("docker.io/library/nginx", "1")), ErrorCode::ManifestUnknown);
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  registry().reconfigure(snapshot());
  EXPECT_TRUE(pull("docker.io/library/nginx", "1"));
}

TEST_F(RouterTest, ExplainsARoute) {
  addHub();
  auto explained = threads_.run(registry().sync().explainRoute("docker.io/nginx", "", ""));
  ASSERT_TRUE(explained);
  EXPECT_EQ(explained->repository, "docker.io/nginx");
  ASSERT_EQ(explained->steps.size(), 1u);
  EXPECT_EQ(explained->steps[0].rule, 0u);
  EXPECT_EQ(explained->steps[0].upstreamHost, "docker.io");
  EXPECT_EQ(explained->steps[0].upstreamName, "library/nginx");
  EXPECT_EQ(explained->steps[0].urls, (std::vector<std::string>{"https://registry-1.docker.io/v2/library/nginx"}));
  EXPECT_TRUE(threads_.run(registry().sync().explainRoute("elsewhere/app", "", ""))->steps.empty());
  EXPECT_EQ(threads_.run(registry().sync().explainRoute("nginx", "docker.io", ""))->repository,
            "docker.io/library/nginx");
}

}  // namespace
}  // namespace larder::test
