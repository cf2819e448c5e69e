#include "housekeeping/evictor.hpp"

#include "registry_fixture.hpp"

namespace larder::test {
namespace {

using namespace std::chrono_literals;

const std::string kApp = "docker.io/library/app";
constexpr std::size_t kLayer = 100'000;

// Images of a hub with a layer of kLayer bytes each; times of stores are real ones, so the clock goes on from now.
class EvictorTest : public RegistryTest {
 protected:
  EvictorTest() { clock_.setNow(std::chrono::system_clock::now()); }

  static std::string layerOf(const std::string& tag) { return tag + std::string(kLayer - tag.size(), 'x'); }
  // Puts an image upstream and pulls it whole, an hour after whatever was before.
  Digest pullImage(FakeUpstreamSource& hub, const std::string& tag, const std::string& layer) {
    clock_.advance(1h);
    hub.putBlob("library/app", layer);
    auto manifest = imageJson("config of " + tag, {layer});
    auto digest = hub.putManifest("library/app", tag, manifest);
    EXPECT_TRUE(pull(kApp, tag));
    EXPECT_TRUE(fetchBlob(kApp, Digest::of(layer)));
    return digest;
  }
  Digest pullImage(FakeUpstreamSource& hub, const std::string& tag) { return pullImage(hub, tag, layerOf(tag)); }

  registry::Evicted evict(std::uint64_t bytes) { return evict({{bytes, "maxBytes", {""}}}); }
  registry::Evicted evict(registry::SpaceNeeds needs) {
    if (registry_) threads_.run(registry_->shutdown());  // writes what was noted
    clock_.advance(1h);
    auto context = std::make_shared<registry::Context>(parts(), snapshot());
    auto lease = std::make_shared<registry::Lease>(stores_.shared, "eviction", "this test");
    EXPECT_TRUE(threads_.run(lease->acquire()).value());
    return threads_.run(registry::evictImages(context, lease, std::move(needs),
                                              context->jobs->begin(registry::JobKind::Eviction, "", "")));
  }
  bool stored(const Digest& digest) { return threads_.run(blobs_->stat(digest)).value().has_value(); }
  bool isHere(const Digest& manifest, const std::string& layer) {
    return stored(manifest) && stored(Digest::of(layer));
  }
};

TEST_F(EvictorTest, TheImageThatWasUsedLongestAgoGoesFirst) {
  auto& hub = addHub();
  auto a = pullImage(hub, "a");
  auto b = pullImage(hub, "b");
  auto c = pullImage(hub, "c");
  clock_.advance(1h);
  ASSERT_TRUE(pull(kApp, "a"));
  auto evicted = evict(kLayer);
  EXPECT_GE(evicted.bytes, kLayer);
  EXPECT_FALSE(evicted.all);
  EXPECT_TRUE(isHere(a, layerOf("a")));
  EXPECT_FALSE(stored(b) || stored(Digest::of(layerOf("b"))));
  EXPECT_TRUE(isHere(c, layerOf("c")));
  EXPECT_EQ(metrics_.counter("larder_evictions_total", "", {{"reason", "maxBytes"}})->value(), 1u);
  EXPECT_EQ(metrics_.counter("larder_evicted_bytes_total", "")->value(), evicted.bytes);
}

TEST_F(EvictorTest, WhatWentIsFetchedAgain) {
  auto& hub = addHub();
  pullImage(hub, "a");
  EXPECT_TRUE(evict(1'000'000).all);
  EXPECT_EQ(threads_.run(blobs_->usage()).value().bytes, 0u);
  registry_.reset();
  ASSERT_TRUE(pull(kApp, "a"));
  EXPECT_EQ(readAll(pullBlob(kApp, Digest::of(layerOf("a"))).value()).value(), layerOf("a"));
}

TEST_F(EvictorTest, APinnedImageAndAPushedOneStay) {
  auto& hub = addHub();
  auto pinned = pullImage(hub, "pinned");
  auto pushed = pushImage("team/own", "v1", "{\"own\":1}");
  ASSERT_TRUE(threads_.run(stores_.maintenance->pin({kApp, Reference::ofTag("pinned")})));
  auto evicted = evict(1'000'000);
  EXPECT_TRUE(evicted.all);
  EXPECT_EQ(evicted.bytes, 0u);
  EXPECT_TRUE(isHere(pinned, layerOf("pinned")));
  EXPECT_TRUE(isHere(pushed, "{\"own\":1}"));
}

TEST_F(EvictorTest, ALayerStaysThatAKeptImageNames) {
  auto& hub = addHub();
  pullImage(hub, "a", layerOf("shared"));
  auto kept = pullImage(hub, "b", layerOf("shared"));
  evict(1);
  EXPECT_TRUE(isHere(kept, layerOf("shared")));
}

TEST_F(EvictorTest, WhatNoRuleLeadsToAnyMoreStays) {
  auto& hub = addHub();
  auto image = pullImage(hub, "a");
  config_.extensions.sync->registries.clear();
  EXPECT_EQ(evict(1'000'000).bytes, 0u);
  EXPECT_TRUE(isHere(image, layerOf("a")));
}

TEST_F(EvictorTest, WhatIsInUseStays) {
  auto& hub = addHub();
  auto image = pullImage(hub, "a");
  clock_.advance(1h);
  ASSERT_TRUE(pull(kApp, "a"));
  clock_.advance(-1h);
  auto evicted = evict(1'000'000);
  EXPECT_EQ(evicted.bytes, 0u);
  EXPECT_FALSE(evicted.all);
  EXPECT_TRUE(isHere(image, layerOf("a")));
}

}  // namespace
}  // namespace larder::test
