#include "housekeeping/space.hpp"

#include <gtest/gtest.h>

namespace larder::test {
namespace {

config::LarderStorage limits(std::optional<core::BytesOrPercent> maxBytes, core::BytesOrPercent minFree) {
  config::LarderStorage made;
  made.maxBytes = maxBytes;
  made.highWatermark = 90;
  made.lowWatermark = 80;
  made.minFree = minFree;
  return made;
}

storage::StoreUsage usage(std::uint64_t bytes, std::uint64_t partial, std::uint64_t free) {
  return {1, bytes, partial, 10'000, free};
}

TEST(Space, IsNeededAboveTheHighWatermarkDownToTheLowOne) {
  auto of1000 = limits(std::uint64_t{1000}, std::uint64_t{0});
  EXPECT_FALSE(registry::neededSpace(usage(900, 0, 5000), of1000));
  auto need = registry::neededSpace(usage(800, 101, 5000), of1000);
  ASSERT_TRUE(need);
  EXPECT_EQ(need->bytes, 101u);
  EXPECT_STREQ(need->reason, "maxBytes");
  EXPECT_FALSE(registry::neededSpace(usage(9000, 0, 5000), limits(std::nullopt, std::uint64_t{0})));
  auto half = registry::neededSpace(usage(5000, 0, 5000), limits(core::Percent{50}, std::uint64_t{0}));
  ASSERT_TRUE(half);
  EXPECT_EQ(half->bytes, 1000u);
}

TEST(Space, IsNeededWhenTooLittleIsFree) {
  auto free1000 = limits(std::nullopt, std::uint64_t{1000});
  EXPECT_FALSE(registry::neededSpace(usage(5, 0, 1000), free1000));
  EXPECT_FALSE(registry::isDiskLow(usage(5, 0, 1000), free1000));
  auto need = registry::neededSpace(usage(5, 0, 900), free1000);
  ASSERT_TRUE(need);
  EXPECT_EQ(need->bytes, 200u);
  EXPECT_STREQ(need->reason, "minFree");
  EXPECT_TRUE(registry::isDiskLow(usage(5, 0, 900), free1000));
}

TEST(Space, TakesNothingMoreAtTheLimit) {
  auto of1000 = limits(std::uint64_t{1000}, std::uint64_t{100});
  EXPECT_FALSE(registry::isStoreFull(usage(999, 0, 5000), of1000));
  EXPECT_TRUE(registry::isStoreFull(usage(900, 100, 5000), of1000));
  EXPECT_TRUE(registry::isStoreFull(usage(5, 0, 99), of1000));
  EXPECT_FALSE(registry::isStoreFull(usage(9000, 0, 5000), limits(std::nullopt, std::uint64_t{0})));
}

TEST(Space, KeepsNoMoreThanHalfOfTheDiskFree) {
  auto all = limits(std::nullopt, std::uint64_t{1} << 30);
  EXPECT_FALSE(registry::isDiskLow(usage(5, 0, 5000), all));
  EXPECT_TRUE(registry::isDiskLow(usage(5, 0, 4999), all));
}

TEST(Space, IsNotJudgedWhereTheMediumIsUnknown) {
  EXPECT_FALSE(registry::neededSpace({1, 1000, 0, 0, 0}, limits(core::Percent{50}, std::uint64_t{1000})));
}

}  // namespace
}  // namespace larder::test
