#include "keyed_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stop_token>
#include <thread>

namespace larder::registry {
namespace {

using Cache = KeyedCache<std::string>;
const runtime::SteadyTime kNow{std::chrono::hours(1)};
const auto kForever = runtime::SteadyTime::max();

std::shared_ptr<const std::string> entry(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST(KeyedCache, FindsByAllPartsOfTheKey) {
  Cache cache(8000);
  cache.put({"", "a", "1"}, "a", entry("one"), 1, kForever, cache.epoch());
  cache.put({"ns", "a", "1"}, "a", entry("two"), 1, kForever, cache.epoch());
  EXPECT_EQ(*cache.find({"", "a", "1"}, kNow), "one");
  EXPECT_EQ(*cache.find({"ns", "a", "1"}, kNow), "two");
  EXPECT_EQ(cache.find({"", "a1", ""}, kNow), nullptr);
}

TEST(KeyedCache, GivesNothingThatHasExpired) {
  Cache cache(8000);
  cache.put({"", "a", "1"}, "a", entry("one"), 1, kNow + std::chrono::seconds(1), cache.epoch());
  EXPECT_NE(cache.find({"", "a", "1"}, kNow), nullptr);
  EXPECT_EQ(cache.find({"", "a", "1"}, kNow + std::chrono::seconds(1)), nullptr);
}

TEST(KeyedCache, RefusesWhatWasReadBeforeAnInvalidation) {
  Cache cache(8000);
  auto epoch = cache.epoch();
  cache.eraseIf([](const std::string&) { return false; });
  cache.put({"", "a", "1"}, "a", entry("old"), 1, kForever, epoch);
  EXPECT_EQ(cache.find({"", "a", "1"}, kNow), nullptr);
}

TEST(KeyedCache, RefusesWhatWasReadBeforeItsRepositoryWasForgottenAndNothingElse) {
  Cache cache(8000);
  cache.put({"", "alias", "kept"}, "a", entry("kept"), 1, kForever, cache.epoch());
  cache.put({"", "a", "kept too"}, "a", entry("kept too"), 1, kForever, cache.epoch());
  auto epoch = cache.epoch();
  cache.eraseOf("a");
  EXPECT_EQ(cache.find({"", "alias", "kept"}, kNow), nullptr) << "it is asked for by another name";
  EXPECT_EQ(cache.find({"", "a", "kept too"}, kNow), nullptr);
  cache.put({"", "alias", "1"}, "a", entry("old"), 1, kForever, epoch);
  EXPECT_EQ(cache.find({"", "alias", "1"}, kNow), nullptr);
  cache.put({"", "b", "1"}, "b", entry("other"), 1, kForever, epoch);
  EXPECT_NE(cache.find({"", "b", "1"}, kNow), nullptr) << "a fill of another repository is not refused";
  cache.put({"", "alias", "1"}, "a", entry("new"), 1, kForever, cache.epoch());
  EXPECT_NE(cache.find({"", "alias", "1"}, kNow), nullptr);
}

TEST(KeyedCache, ForgetsARepositoryAtACostOfWhatIsKeptOfIt) {
  Cache cache(8'000'000);
  for (int i = 0; i < 1000; ++i) {
    cache.put({"", "other", std::to_string(i)}, "other", entry("x"), 1, kForever, cache.epoch());
  }
  for (const auto* text : {"1", "2", "3"}) cache.put({"", "a", text}, "a", entry(text), 1, kForever, cache.epoch());
  int seen = 0;
  cache.eraseOf("a", [&](const std::string& text) {
    ++seen;
    return text == "2";
  });
  EXPECT_EQ(seen, 3);
  EXPECT_EQ(cache.find({"", "a", "2"}, kNow), nullptr);
  seen = 0;
  cache.forEachOf("a", [&](const std::string&) { ++seen; });
  EXPECT_EQ(seen, 2);
}

// Run with the thread sanitizer too.
TEST(KeyedCache, NothingComesBackAfterItWasForgotten) {
  Cache cache(8'000'000);
  std::atomic<int> stored{0};
  std::jthread filler([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      auto epoch = cache.epoch();
      auto read = stored.load();
      cache.put({"", "a", "1"}, "a", entry(std::to_string(read)), 1, kForever, epoch);
    }
  });
  for (int i = 1; i < 20'000; ++i) {
    stored = i;
    cache.eraseOf("a");
    if (auto found = cache.find({"", "a", "1"}, kNow)) ASSERT_EQ(*found, std::to_string(i));
  }
}

TEST(KeyedCache, KeepsWithinItsCapacityAndTellsWhatItDropped) {
  std::size_t dropped = 0;
  Cache cache(800, [&](const std::string&) { ++dropped; });
  for (int i = 0; i < 1000; ++i) cache.put({"", "a", std::to_string(i)}, "a", entry("x"), 10, kForever, cache.epoch());
  std::size_t left = 0;
  cache.forEach([&](const std::string&) { ++left; });
  EXPECT_LE(left, 80u);
  EXPECT_GT(left, 0u);
  EXPECT_EQ(dropped + left, 1000u);
  EXPECT_NE(cache.find({"", "a", "999"}, kNow), nullptr);
  cache.put({"", "b", "large"}, "b", entry("x"), 101, kForever, cache.epoch());
  EXPECT_EQ(cache.find({"", "b", "large"}, kNow), nullptr);
}

TEST(KeyedCache, DropsTheLeastRecentlyUsedFirst) {
  Cache cache(8 * 30);
  cache.put({"", "kept", ""}, "kept", entry("kept"), 10, kForever, cache.epoch());
  for (int i = 0; i < 500; ++i) {
    ASSERT_NE(cache.find({"", "kept", ""}, kNow), nullptr) << i;
    cache.put({"", "x", std::to_string(i)}, "x", entry("x"), 10, kForever, cache.epoch());
  }
}

TEST(KeyedCache, ErasesByEntry) {
  Cache cache(8000);
  cache.put({"", "a", ""}, "a", entry("yes"), 1, kForever, cache.epoch());
  cache.put({"", "b", ""}, "b", entry("no"), 1, kForever, cache.epoch());
  cache.eraseIf([](const std::string& text) { return text == "yes"; });
  EXPECT_EQ(cache.find({"", "a", ""}, kNow), nullptr);
  EXPECT_NE(cache.find({"", "b", ""}, kNow), nullptr);
  cache.clear();
  EXPECT_EQ(cache.find({"", "b", ""}, kNow), nullptr);
}

}  // namespace
}  // namespace larder::registry
