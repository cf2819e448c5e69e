#include "keyed_cache.hpp"

#include <gtest/gtest.h>

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
  cache.put({"", "a", "1"}, entry("one"), 1, kForever, cache.epoch());
  cache.put({"ns", "a", "1"}, entry("two"), 1, kForever, cache.epoch());
  EXPECT_EQ(*cache.find({"", "a", "1"}, kNow), "one");
  EXPECT_EQ(*cache.find({"ns", "a", "1"}, kNow), "two");
  EXPECT_EQ(cache.find({"", "a1", ""}, kNow), nullptr);
}

TEST(KeyedCache, GivesNothingThatHasExpired) {
  Cache cache(8000);
  cache.put({"", "a", "1"}, entry("one"), 1, kNow + std::chrono::seconds(1), cache.epoch());
  EXPECT_NE(cache.find({"", "a", "1"}, kNow), nullptr);
  EXPECT_EQ(cache.find({"", "a", "1"}, kNow + std::chrono::seconds(1)), nullptr);
}

TEST(KeyedCache, RefusesWhatWasReadBeforeAnInvalidation) {
  Cache cache(8000);
  auto epoch = cache.epoch();
  cache.eraseIf([](const std::string&) { return false; });
  cache.put({"", "a", "1"}, entry("old"), 1, kForever, epoch);
  EXPECT_EQ(cache.find({"", "a", "1"}, kNow), nullptr);
}

TEST(KeyedCache, KeepsWithinItsCapacityAndTellsWhatItDropped) {
  std::size_t dropped = 0;
  Cache cache(800, [&](const std::string&) { ++dropped; });
  for (int i = 0; i < 1000; ++i) cache.put({"", "a", std::to_string(i)}, entry("x"), 10, kForever, cache.epoch());
  std::size_t left = 0;
  cache.forEach([&](const std::string&) { ++left; });
  EXPECT_LE(left, 80u);
  EXPECT_GT(left, 0u);
  EXPECT_EQ(dropped + left, 1000u);
  EXPECT_NE(cache.find({"", "a", "999"}, kNow), nullptr);
  cache.put({"", "b", "large"}, entry("x"), 101, kForever, cache.epoch());
  EXPECT_EQ(cache.find({"", "b", "large"}, kNow), nullptr);
}

TEST(KeyedCache, DropsTheLeastRecentlyUsedFirst) {
  Cache cache(8 * 30);
  cache.put({"", "kept", ""}, entry("kept"), 10, kForever, cache.epoch());
  for (int i = 0; i < 500; ++i) {
    ASSERT_NE(cache.find({"", "kept", ""}, kNow), nullptr) << i;
    cache.put({"", "x", std::to_string(i)}, entry("x"), 10, kForever, cache.epoch());
  }
}

TEST(KeyedCache, ErasesByEntry) {
  Cache cache(8000);
  cache.put({"", "a", ""}, entry("yes"), 1, kForever, cache.epoch());
  cache.put({"", "b", ""}, entry("no"), 1, kForever, cache.epoch());
  cache.eraseIf([](const std::string& text) { return text == "yes"; });
  EXPECT_EQ(cache.find({"", "a", ""}, kNow), nullptr);
  EXPECT_NE(cache.find({"", "b", ""}, kNow), nullptr);
  cache.clear();
  EXPECT_EQ(cache.find({"", "b", ""}, kNow), nullptr);
}

}  // namespace
}  // namespace larder::registry
