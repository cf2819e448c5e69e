#include "memory_shares.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace larder::registry {
namespace {

constexpr std::uint64_t kMib = 1 << 20;

TEST(MemoryShares, FollowGoMemLimitWhereNothingIsConfigured) {
  setenv("GOMEMLIMIT", "128MiB", 1);
  auto shares = memoryShares(config::Config{});
  unsetenv("GOMEMLIMIT");
  EXPECT_EQ(shares.manifests, 8 * kMib);
  EXPECT_EQ(shares.upstreamLists, 4 * kMib);
}

TEST(MemoryShares, LeaveMostOfASmallLimitToRequests) {
  config::Config config;
  for (std::uint64_t limit : {64 * kMib, 128 * kMib, 1024 * kMib}) {
    config.larder.memoryLimit = limit;
    auto shares = memoryShares(config);
    EXPECT_LE(shares.manifests + shares.tagPages + 2 * shares.upstreamLists, limit / 4) << limit;
  }
}

}  // namespace
}  // namespace larder::registry
