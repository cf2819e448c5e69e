// larder.blocked on the way of a pull: before the store, in memory, in flights, and where content would come from.
#include "registry_fixture.hpp"

namespace larder::test {
namespace {

class BlockTest : public RegistryTest {
 protected:
  static config::Block blockOf(const std::string& glob, const std::string& tags = "") {
    return {.id = {},
            .repositories = core::Glob::parse(glob).value(),
            .key = glob,
            .tagsRegex = tags,
            .tagsPattern = tags,
            .pull = true,
            .mirror = true,
            .reason = "CVE-2026-1234",
            .by = "alice",
            .at = "2026-03-01T12:00:00Z"};
  }
  void block(config::Block block) {
    config_.larder.blocked.push_back(std::move(block));
    registry().reconfigure(snapshot());
  }
  void lift() {
    config_.larder.blocked.clear();
    registry().reconfigure(snapshot());
  }
  FakeUpstreamSource& hubWithImage() {
    auto& hub = addHub();
    image = imageJson("config", {"layer"});
    hub.putManifest("library/nginx", "1", image);
    hub.putManifest("library/nginx", "2", image);
    hub.putBlob("library/nginx", "layer");
    return hub;
  }

  std::string image;
  const Digest layer = Digest::of("layer");
};

TEST_F(BlockTest, RefusesWhatIsStoredAndInMemoryAndLetsItGoAgain) {
  auto& hub = hubWithImage();
  ASSERT_TRUE(pull(kRepository, "1"));
  ASSERT_TRUE(fetchBlob(kRepository, layer));
  ASSERT_TRUE(pullBlob(kRepository, layer));
  ASSERT_NE(ready(kRepository, "1"), nullptr);
  ASSERT_NE(registry().blobs().ready(kRepository, layer.toString(), "", kAnyone), nullptr);

  block(blockOf("docker.io/library/*"));
  EXPECT_EQ(ready(kRepository, "1"), nullptr);
  EXPECT_EQ(registry().blobs().ready(kRepository, layer.toString(), "", kAnyone), nullptr);
  auto asked = hub.calls();
  auto refused = pull(kRepository, "1");
  ASSERT_EQ(codeOf(refused), ErrorCode::Denied);
  EXPECT_EQ(refused.error().message, "alice blocked docker.io/library/nginx: CVE-2026-1234");
  EXPECT_EQ(refused.error().where, R"(larder.blocked["docker.io/library/*"] since 2026-03-01T12:00:00Z)");
  EXPECT_EQ(codeOf(pull(kRepository, Digest::of(image).toString())), ErrorCode::Denied);
  EXPECT_EQ(codeOf(pull("library/nginx", "1", "docker.io")), ErrorCode::Denied);
  EXPECT_EQ(codeOf(pullBlob(kRepository, layer)), ErrorCode::Denied);
  EXPECT_EQ(codeOf(threads_.run(registry().blobs().head(kRepository, layer, ""))), ErrorCode::Denied);
  EXPECT_EQ(codeOf(threads_.run(registry().lists().tags(kRepository, "", "", 10))), ErrorCode::Denied);
  EXPECT_EQ(codeOf(threads_.run(registry().lists().referrers(kRepository, Digest::of(image), "", {}))),
            ErrorCode::Denied);
  EXPECT_EQ(ready(kRepository, "1"), nullptr) << "a refusal is not remembered as an answer";
  EXPECT_EQ(hub.calls(), asked);

  lift();
  EXPECT_TRUE(pull(kRepository, "1"));
  EXPECT_TRUE(pullBlob(kRepository, layer));
}

TEST_F(BlockTest, OfTagsLeavesOthersAlone) {
  hubWithImage();
  block(blockOf("docker.io/**", "^1$"));
  EXPECT_EQ(codeOf(pull(kRepository, "1")), ErrorCode::Denied);
  EXPECT_TRUE(pull(kRepository, "2"));
  EXPECT_TRUE(threads_.run(registry().lists().tags(kRepository, "", "", 10)));
}

TEST_F(BlockTest, OfMirroringServesWhatIsStoredAndAsksNobody) {
  auto& hub = hubWithImage();
  ASSERT_TRUE(pull(kRepository, "1"));
  auto mirroring = blockOf("docker.io/**");
  mirroring.pull = false;
  block(mirroring);
  clock_.advance(kInterval * 2);
  auto asked = hub.calls();
  EXPECT_EQ(pull(kRepository, "1")->cache, CacheState::Hit);
  EXPECT_EQ(codeOf(pull(kRepository, "2")), ErrorCode::Denied);
  EXPECT_EQ(codeOf(pull("docker.io/library/redis", "1")), ErrorCode::Denied);
  EXPECT_EQ(codeOf(pullBlob(kRepository, layer)), ErrorCode::Denied);
  EXPECT_EQ(codeOf(threads_.run(registry().browse().recheck(kRepository, "1"))), ErrorCode::Denied);
  EXPECT_EQ(hub.calls(), asked);
}

TEST_F(BlockTest, OfPullsAloneLetsNothingOutThatComesIn) {
  auto& hub = hubWithImage();
  auto pulls = blockOf("docker.io/**");
  pulls.mirror = false;
  block(pulls);
  EXPECT_EQ(codeOf(pull(kRepository, "1")), ErrorCode::Denied);
  EXPECT_EQ(hub.calls(), 0U);
}

TEST_F(BlockTest, ReachesAPullThatWaitsForItsUpstream) {
  auto& hub = hubWithImage();
  hub.hold(UpstreamCall::GetManifest);
  auto waiting = threads_.start(registry().manifests().get(kRepository, Reference::ofTag("1"), ""));
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::GetManifest, 1));
  block(blockOf(kRepository));
  hub.release(UpstreamCall::GetManifest);
  EXPECT_EQ(codeOf(TestRuntime::await(std::move(waiting))), ErrorCode::Denied);
  EXPECT_FALSE(threads_.run(meta_->repository(kRepository)).value()) << "it was stored";
}

TEST_F(BlockTest, EndsADownloadThatRuns) {
  auto& hub = hubWithImage();
  ASSERT_TRUE(pull(kRepository, "1"));
  hub.gateBlob(layer, 2);
  auto answer = pullBlob(kRepository, layer);
  ASSERT_TRUE(answer);
  ASSERT_TRUE(threads_.run(answer->growth->waitBeyond(1)));
  block(blockOf(kRepository));
  EXPECT_EQ(codeOf(threads_.run(answer->growth->waitBeyond(2))), ErrorCode::Denied);
  EXPECT_EQ(codeOf(pullBlob(kRepository, layer)), ErrorCode::Denied);
  hub.openBlob(layer);
}

TEST_F(BlockTest, LetsNobodyMountFromIt) {
  push("team/secret", "layer");
  auto mount = [&](const std::string& from) {
    return threads_.run(registry().blobs().mount("team/app", layer, from, kAnyone)).value();
  };
  block(blockOf("team/secret"));
  EXPECT_FALSE(mount("team/secret"));
  EXPECT_FALSE(mount(""));
  lift();
  EXPECT_TRUE(mount("team/secret"));
}

TEST_F(BlockTest, IsSaidWhereARouteIsExplained) {
  hubWithImage();
  block(blockOf(kRepository, "^1$"));
  auto explained = threads_.run(registry().sync().explainRoute(kRepository, "", "1")).value();
  EXPECT_EQ(explained.blocked, "alice blocked docker.io/library/nginx for tags that match ^1$: CVE-2026-1234");
  EXPECT_EQ(explained.steps.size(), 1U);
  EXPECT_EQ(threads_.run(registry().sync().explainRoute(kRepository, "", "2"))->blocked, "");
}

}  // namespace
}  // namespace larder::test
