#include "drivers/sqlite/space_reserve.hpp"

#include <gtest/gtest.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>

#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

using storage::sqlite::SpaceReserve;

TEST(SpaceReserve, IsGivenUpPartByPartAndTakenAgain) {
  TempDirectory directory;
  auto file = directory.path() / "reserve";
  struct ::statvfs disk{};
  ASSERT_EQ(::statvfs(directory.path().c_str(), &disk), 0);
  auto whole = std::min<std::uint64_t>(8 << 20, std::uint64_t{disk.f_blocks} * disk.f_frsize / 16);
  SpaceReserve reserve(directory.path().string());
  EXPECT_FALSE(reserve.giveUp()) << "there is none";
  reserve.restore();
  ASSERT_TRUE(reserve.isWhole());
  EXPECT_EQ(std::filesystem::file_size(file), whole);
  for (auto left = whole; left > 0;) {
    EXPECT_TRUE(reserve.giveUp());
    EXPECT_FALSE(reserve.isWhole());
    auto now = std::filesystem::file_size(file);
    EXPECT_LT(now, left);
    left = now;
  }
  EXPECT_FALSE(reserve.giveUp());
  SpaceReserve next(directory.path().string());
  next.restore();
  EXPECT_TRUE(next.isWhole());
  EXPECT_EQ(std::filesystem::file_size(file), whole);
}

}  // namespace
}  // namespace larder::test
