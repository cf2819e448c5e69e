#include "housekeeping/room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larder::registry {
namespace {

TEST(Room, TakesEverythingBeforeAMeasurement) {
  Room room;
  EXPECT_TRUE(room.take(std::uint64_t{1} << 60));
  EXPECT_FALSE(room.full());
}

TEST(Room, CountsWhatWasTakenWhileItWasMeasured) {
  Room room;
  auto before = room.taken();
  ASSERT_TRUE(room.take(30));
  room.measured({100, kMinFree}, before);
  EXPECT_FALSE(room.take(71));
  EXPECT_FALSE(room.take(50, 21));
  EXPECT_TRUE(room.take(50, 20));
  EXPECT_FALSE(room.full());
  EXPECT_TRUE(room.take(20));
  EXPECT_TRUE(room.full());
  EXPECT_TRUE(room.take(0));
  EXPECT_FALSE(room.take(0, 1));
  EXPECT_THAT(room.refusal().message, testing::HasSubstr("minFree"));
  room.measured({0, kMaxBytes}, room.taken());
  EXPECT_THAT(room.refusal().message, testing::HasSubstr("maxBytes"));
}

}  // namespace
}  // namespace larder::registry
