#include "housekeeping/room.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace larder::registry {
namespace {

bool fill(Room& room, std::uint64_t bytes) {
  Room::Hold hold(room);
  bool fits = hold.cover(bytes);
  if (fits) hold.spend(bytes);
  return fits;
}

TEST(Room, TakesEverythingBeforeAMeasurement) {
  Room room;
  EXPECT_TRUE(fill(room, std::uint64_t{1} << 60));
  EXPECT_FALSE(room.full());
}

TEST(Room, CountsWhatWasWrittenWhileItWasMeasured) {
  Room room;
  auto before = room.written();
  ASSERT_TRUE(fill(room, 30));
  room.measured(100, before);
  EXPECT_FALSE(fill(room, 71));
  EXPECT_EQ(room.collectWanted(), 71u);
  EXPECT_EQ(room.collectWanted(), 0u);
  EXPECT_TRUE(fill(room, 70));
  EXPECT_TRUE(room.full());
}

TEST(Room, SetsAsideWhatIsOnItsWayAcrossMeasurements) {
  Room room;
  room.measured(100, 0);
  Room::Hold hold(room);
  ASSERT_TRUE(hold.cover(60));
  hold.spend(20);
  ASSERT_TRUE(hold.cover(40)) << "it has that";
  room.measured(80, room.written());
  EXPECT_FALSE(fill(room, 41));
  Room::Hold moved = std::move(hold);
  EXPECT_FALSE(moved.cover(81));
  moved = Room::Hold(room);
  EXPECT_TRUE(fill(room, 80)) << "what was left of the first hold is free";
}

}  // namespace
}  // namespace larder::registry
