#include "larder/runtime/limits.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace larder::runtime {
namespace {

constexpr std::uint64_t kMib = 1 << 20;

class UsableMemory : public ::testing::Test {
 protected:
  ~UsableMemory() override { unsetenv("GOMEMLIMIT"); }
};

TEST_F(UsableMemory, IsWhatIsConfigured) {
  setenv("GOMEMLIMIT", "64MiB", 1);
  EXPECT_EQ(usableMemory(32 * kMib), 32 * kMib);
}

TEST_F(UsableMemory, IsWhatGoProgramsAreToldWhenNothingIsConfigured) {
  setenv("GOMEMLIMIT", "64MiB", 1);
  EXPECT_EQ(usableMemory(std::nullopt), 64 * kMib);
}

TEST_F(UsableMemory, IsTheContainersWhenNothingIsSaid) {
  for (const char* text : {"off", "", "lots", "0"}) {
    setenv("GOMEMLIMIT", text, 1);
    EXPECT_EQ(usableMemory(std::nullopt), processLimits().memoryBytes) << text;
  }
}

TEST_F(UsableMemory, IsNeverMoreThanTheContainerHas) {
  EXPECT_EQ(usableMemory(UINT64_MAX), processLimits().memoryBytes);
  setenv("GOMEMLIMIT", "1000TiB", 1);
  EXPECT_EQ(usableMemory(std::nullopt), processLimits().memoryBytes);
}

TEST(DescriptorShares, LeaveSomeForAllElse) {
  for (std::size_t limit : {256u, 512u, 1024u, 20'000u, 1'048'576u}) {
    auto shares = sharesOf(limit);
    auto taken = 2 * shares.connections + shares.turnedAway + shares.openBlobs + shares.openUploads;
    EXPECT_LE(taken + limit / 10, limit) << limit;
    EXPECT_GE(shares.connections, limit / 3) << limit;
  }
  EXPECT_EQ(sharesOf(2).connections, 1u);
}

}  // namespace
}  // namespace larder::runtime
