#include "housekeeping/housekeeping.hpp"

#include "registry_fixture.hpp"

namespace larder::test {
namespace {

using namespace std::chrono_literals;

// Content that no repository has, and that is old by the test's clock.
class HousekeepingTest : public RegistryTest {
 protected:
  HousekeepingTest() {
    clock_.setNow(std::chrono::system_clock::now() + 48h);
    threads_.run(blobs_->put(stray_, "stray")).value();
  }

  registry::Housekeeping& housekeeping() {
    if (!housekeeping_) {
      context_ = std::make_shared<registry::Context>(parts(), snapshot());
      housekeeping_ = std::make_shared<registry::Housekeeping>(context_);
      housekeeping_->tick({});
    }
    return *housekeeping_;
  }
  // What the tick has started has ended.
  void tick(const registry::PlaceUsages& places = {}) {
    housekeeping().tick(places);
    threads_.run(awaitIdle(housekeeping_));
  }
  static runtime::Task<> awaitIdle(std::shared_ptr<registry::Housekeeping> housekeeping) {
    while (!housekeeping->idle()) co_await runtime::sleepFor(1ms);
  }
  bool collected() { return !threads_.run(blobs_->stat(stray_)).value(); }

  Digest stray_ = Digest::of("stray");
  std::shared_ptr<registry::Context> context_;
  std::shared_ptr<registry::Housekeeping> housekeeping_;
};

TEST_F(HousekeepingTest, CollectsSoonAfterTheStartAndThenAtItsInterval) {
  config_.storage.gcInterval = 1h;
  tick();
  EXPECT_FALSE(collected());
  clock_.advance(1min);
  tick();
  EXPECT_TRUE(collected());

  threads_.run(blobs_->put(stray_, "stray")).value();
  clock_.advance(59min);
  tick();
  EXPECT_FALSE(collected());
  clock_.advance(1min);
  tick();
  EXPECT_TRUE(collected());
}

TEST_F(HousekeepingTest, CollectsOnceWithoutAnInterval) {
  config_.storage.gcInterval = 0ms;
  tick();
  EXPECT_TRUE(collected());
  threads_.run(blobs_->put(stray_, "stray")).value();
  clock_.advance(100h);
  tick();
  EXPECT_FALSE(collected());
}

TEST_F(HousekeepingTest, CollectsASubPathAtItsOwnInterval) {
  config_.storage.gc = false;
  config_.subPaths["/team"].gcInterval = 2h;
  threads_.run(meta_->apply(
      {storage::change::EnsureRepository{"team/old", {}}, storage::change::EnsureRepository{"other/old", {}}}));
  auto exists = [&](const std::string& name) { return threads_.run(meta_->repository(name)).value().has_value(); };
  housekeeping();
  clock_.advance(1min);
  tick();
  EXPECT_FALSE(exists("team/old"));
  EXPECT_TRUE(exists("other/old"));
  EXPECT_FALSE(collected()) << "what storage.rootDirectory holds follows storage.gc";

  storage::change::EnsureRepository again{"team/old", {}, clock_.now() - 48h};
  threads_.run(meta_->apply({again}));
  clock_.advance(1h);
  tick();
  EXPECT_TRUE(exists("team/old"));
  clock_.advance(1h);
  tick();
  EXPECT_FALSE(exists("team/old"));
}

TEST_F(HousekeepingTest, DoesNotCollectWhereThatIsOff) {
  config_.storage.gc = false;
  housekeeping();
  clock_.advance(100h);
  tick();
  EXPECT_FALSE(collected());
}

TEST_F(HousekeepingTest, CollectsInItsHoursOnly) {
  clock_.setNow(std::chrono::floor<std::chrono::days>(clock_.now()) + 48h);  // midnight
  config_.storage.gcTimeWindow = "03:00-04:00";
  housekeeping();
  clock_.advance(2h);
  tick();
  EXPECT_FALSE(collected());
  clock_.advance(1h);
  tick();
  EXPECT_TRUE(collected());
}

TEST_F(HousekeepingTest, LeavesCollectingToTheDaemonThatHasTheLease) {
  auto until = std::chrono::system_clock::now() + 1h;
  ASSERT_TRUE(threads_.run(stores_.shared->acquireLease("gc", "another daemon", until)).value());
  housekeeping();
  clock_.advance(2h);
  tick();
  EXPECT_FALSE(collected());
  ASSERT_TRUE(threads_.run(stores_.shared->releaseLease("gc", "another daemon")));
  clock_.advance(2h);
  tick();
  EXPECT_TRUE(collected());
  EXPECT_TRUE(threads_.run(stores_.shared->acquireLease("gc", "another daemon", until)).value());
}

TEST_F(HousekeepingTest, EvictsWhenTheLimitIsReachedAndPassesOnWhenTheDiskIsFull) {
  config_.larder.storage.maxBytes = std::uint64_t{1000};
  config_.larder.storage.minFree = std::uint64_t{100};
  auto& hub = addHub();
  hub.putManifest("library/app", "1", imageJson("{}", {}));
  ASSERT_TRUE(pull("docker.io/library/app", "1"));
  clock_.advance(1h);
  auto isHere = [&] {
    return threads_.run(meta_->manifest("docker.io/library/app", Reference::ofTag("1"))).value().has_value();
  };
  tick({{"", {1, 950, 0, 10'000, 5000}}});
  EXPECT_TRUE(isHere());
  EXPECT_FALSE(context_->placeOfRoute("").room.full());
  tick({{"", {1, 951, 0, 10'000, 99}}});
  EXPECT_FALSE(isHere());
  EXPECT_TRUE(context_->placeOfRoute("").room.full());
}

TEST_F(HousekeepingTest, MakesRoomOnTheDiskThatIsLowAlone) {
  config_.larder.storage.minFree = std::uint64_t{100};
  config_.subPaths["/team"];
  subPaths_["/team"] = storage::makeMemoryBlobStore();
  auto& hub = addHub();
  auto& elsewhere = upstream("https://elsewhere.test", "elsewhere.test");
  addContent(addRule({"https://elsewhere.test"}), "**", "/team");
  hub.putManifest("library/app", "1", imageJson("hub", {}));
  elsewhere.putManifest("app", "1", imageJson("elsewhere", {}));
  ASSERT_TRUE(pull("docker.io/library/app", "1"));
  ASSERT_TRUE(pull("team/app", "1"));
  clock_.advance(1h);
  auto isHere = [&](const char* name) {
    return threads_.run(meta_->manifest(name, Reference::ofTag("1"))).value().has_value();
  };
  tick({{"", {1, 1, 0, 10'000, 5000, 1}}, {"/team", {1, 1, 0, 10'000, 99, 2}}});
  EXPECT_FALSE(isHere("team/app"));
  EXPECT_TRUE(isHere("docker.io/library/app"));
  EXPECT_TRUE(context_->placeOf("team/app").room.full());
  EXPECT_FALSE(context_->placeOf("docker.io/library/app").room.full());
}

}  // namespace
}  // namespace larder::test
