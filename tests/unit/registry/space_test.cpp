#include "housekeeping/space.hpp"

#include <gtest/gtest.h>

namespace larder::test {
namespace {

using registry::Headroom;
using registry::kMaxBytes;
using registry::kMinFree;
using registry::PlaceUsages;
using registry::SpaceNeeds;

config::LarderStorage limits(std::optional<core::BytesOrPercent> maxBytes, core::BytesOrPercent minFree) {
  config::LarderStorage made;
  made.maxBytes = maxBytes;
  made.highWatermark = 90;
  made.lowWatermark = 80;
  made.minFree = minFree;
  return made;
}

storage::StoreUsage usage(std::uint64_t bytes, std::uint64_t partial, std::uint64_t free, std::uint64_t medium = 1) {
  return {1, bytes, partial, 10'000, free, medium};
}
PlaceUsages root(std::uint64_t bytes, std::uint64_t partial, std::uint64_t free) {
  return {{"", usage(bytes, partial, free)}};
}

TEST(Space, IsNeededAboveTheHighWatermarkDownToTheLowOne) {
  auto of1000 = limits(std::uint64_t{1000}, std::uint64_t{0});
  EXPECT_TRUE(registry::neededSpace(root(900, 0, 5000), of1000).empty());
  auto needs = registry::neededSpace(root(800, 101, 5000), of1000);
  ASSERT_EQ(needs.size(), 1u);
  EXPECT_EQ(needs[0].bytes, 101u);
  EXPECT_EQ(needs[0].reason, "maxBytes");
  EXPECT_TRUE(registry::neededSpace(root(9000, 0, 5000), limits(std::nullopt, std::uint64_t{0})).empty());
  auto half = registry::neededSpace(root(5000, 0, 5000), limits(core::Percent{50}, std::uint64_t{0}));
  ASSERT_EQ(half.size(), 1u);
  EXPECT_EQ(half[0].bytes, 1000u);
}

TEST(Space, IsNeededWhenTooLittleIsFree) {
  auto free1000 = limits(std::nullopt, std::uint64_t{1000});
  EXPECT_TRUE(registry::neededSpace(root(5, 0, 1000), free1000).empty());
  EXPECT_FALSE(registry::isDiskLow(usage(5, 0, 1000), free1000));
  auto needs = registry::neededSpace(root(5, 0, 900), free1000);
  ASSERT_EQ(needs.size(), 1u);
  EXPECT_EQ(needs[0].bytes, 200u);
  EXPECT_EQ(needs[0].reason, "minFree");
  EXPECT_TRUE(registry::isDiskLow(usage(5, 0, 900), free1000));
}

TEST(Space, IsNeededOnTheDiskThatIsLow) {
  auto free1000 = limits(std::nullopt, std::uint64_t{1000});
  PlaceUsages places{{"", usage(5, 0, 5000)}, {"/a", usage(5, 0, 900, 2)}, {"/b", usage(5, 0, 900, 2)}};
  auto needs = registry::neededSpace(places, free1000);
  ASSERT_EQ(needs.size(), 1u) << "/a and /b share a disk";
  EXPECT_EQ(needs[0].bytes, 200u);
  EXPECT_EQ(needs[0].places, (std::set<std::string>{"/a", "/b"}));
  EXPECT_EQ(registry::needOf(needs, ""), nullptr);
  EXPECT_EQ(registry::needOf(needs, "/b"), &needs[0]);

  places[1].usage.medium = 3;
  EXPECT_EQ(registry::neededSpace(places, free1000).size(), 2u);
}

TEST(Space, IsCountedInAllPlacesForTheLimit) {
  PlaceUsages places{{"", usage(500, 0, 5000)}, {"/a", usage(401, 50, 5000, 2)}};
  auto needs = registry::neededSpace(places, limits(std::uint64_t{1000}, std::uint64_t{0}));
  ASSERT_EQ(needs.size(), 1u);
  EXPECT_EQ(needs[0].bytes, 151u);
  EXPECT_EQ(needs[0].places, (std::set<std::string>{"", "/a"}));
}

TEST(Space, IsFreedForAllNeedsOfAPlaceAtOnce) {
  SpaceNeeds needs{{100, "maxBytes", {"", "/a"}}, {300, "minFree", {"/a"}}};
  EXPECT_EQ(registry::needOf(needs, "/a")->reason, "minFree");
  EXPECT_EQ(registry::needOf(needs, "")->reason, "maxBytes");
  EXPECT_EQ(registry::largest(needs).bytes, 300u);
  registry::noteFreed(needs, "", 60);
  registry::noteFreed(needs, "/a", 60);
  ASSERT_EQ(needs.size(), 1u);
  EXPECT_EQ(needs[0].bytes, 240u);
  registry::noteFreed(needs, "", 1000);
  EXPECT_EQ(needs.size(), 1u);
  registry::noteFreed(needs, "/a", 240);
  EXPECT_TRUE(needs.empty());
}

TEST(Space, TakesNothingMoreAtTheLimit) {
  auto of1000 = limits(std::uint64_t{1000}, std::uint64_t{100});
  EXPECT_EQ(registry::roomOf(root(999, 0, 5000), of1000).at(""), (Headroom{1, kMaxBytes}));
  EXPECT_EQ(registry::roomOf(root(900, 100, 5000), of1000).at("").bytes, 0u) << "what has come in part counts";
  EXPECT_EQ(registry::roomOf(root(1200, 0, 5000), of1000).at("").bytes, 0u);
  EXPECT_EQ(registry::roomOf(root(5, 0, 99), of1000).at("").bytes, 0u);
  EXPECT_EQ(registry::roomOf(root(5, 0, 120), of1000).at(""), (Headroom{20, kMinFree}))
      << "the disk has less than the limit leaves";
  EXPECT_EQ(registry::roomOf(root(9000, 0, 5000), limits(std::nullopt, std::uint64_t{0})).at("").bytes, UINT64_MAX);
}

TEST(Space, TakesNothingMoreWhereTheDiskIsLow) {
  auto of1000 = limits(std::uint64_t{1000}, std::uint64_t{100});
  PlaceUsages places{{"", usage(5, 0, 5000)}, {"/a", usage(5, 0, 99, 2)}};
  using Room = std::map<std::string, Headroom>;
  EXPECT_EQ(registry::roomOf(places, of1000), (Room{{"", {990, kMaxBytes}}, {"/a", {0, kMinFree}}}));
  places[1].usage.bytes = 995;
  EXPECT_EQ(registry::roomOf(places, of1000), (Room{{"", {0, kMaxBytes}}, {"/a", {0, kMaxBytes}}})) << "of the whole";
  places = {{"", usage(5, 0, 99)}, {"/a", usage(5, 0, 5000, 2)}};
  EXPECT_EQ(registry::roomOf(places, of1000), (Room{{"", {0, kMinFree}}, {"/a", {0, kMinFree}}}))
      << "the metadata are there";
}

TEST(Space, KeepsNoMoreThanHalfOfTheDiskFree) {
  auto all = limits(std::nullopt, std::uint64_t{1} << 30);
  EXPECT_FALSE(registry::isDiskLow(usage(5, 0, 5000), all));
  EXPECT_TRUE(registry::isDiskLow(usage(5, 0, 4999), all));
}

TEST(Space, IsNotJudgedWhereTheMediumIsUnknown) {
  PlaceUsages unknown{{"", {1, 1000, 0, 0, 0}}};
  EXPECT_TRUE(registry::neededSpace(unknown, limits(core::Percent{50}, std::uint64_t{1000})).empty());
}

}  // namespace
}  // namespace larder::test
