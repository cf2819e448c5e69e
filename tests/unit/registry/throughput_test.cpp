#include "throughput.hpp"

#include <gtest/gtest.h>

namespace larder::registry {
namespace {

using std::chrono::milliseconds;

constexpr runtime::SteadyTime kBegin{std::chrono::hours(1)};

TEST(Throughput, IsNothingBeforeTheFirstByte) {
  EXPECT_EQ(Throughput().perSecond(kBegin), 0u);
}

TEST(Throughput, EstimatesWithinTheFirstWindow) {
  Throughput throughput;
  throughput.add(1000, kBegin);
  EXPECT_EQ(throughput.perSecond(kBegin), 10'000u) << "no moment is shorter than a tenth of the window";
  EXPECT_EQ(throughput.perSecond(kBegin + milliseconds(500)), 2000u);
}

TEST(Throughput, IsThatOfTheLastWholeWindow) {
  Throughput throughput;
  for (int i = 0; i <= 10; ++i) throughput.add(100, kBegin + milliseconds(100) * i);
  EXPECT_EQ(throughput.perSecond(kBegin + milliseconds(1000)), 1000u);
  EXPECT_EQ(throughput.perSecond(kBegin + milliseconds(1900)), 1000u);
}

TEST(Throughput, FallsWhenNothingComesAnyMore) {
  Throughput throughput;
  for (int i = 0; i <= 10; ++i) throughput.add(100, kBegin + milliseconds(100) * i);
  EXPECT_EQ(throughput.perSecond(kBegin + milliseconds(3000)), 50u);
  EXPECT_LT(throughput.perSecond(kBegin + milliseconds(60'000)), 5u);
}

}  // namespace
}  // namespace larder::registry
