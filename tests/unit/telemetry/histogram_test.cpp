#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "larder/telemetry/metrics.hpp"

namespace larder::telemetry {
namespace {

constexpr std::array<double, 3> kThreeBounds = {0.1, 1, 10};

TEST(Histogram, CountsAValueOnABoundInThatBucket) {
  Histogram histogram(kThreeBounds);
  for (double value : {0.05, 0.1, 0.5, 1.0, 10.0, 10.1}) histogram.observe(value);
  auto snapshot = histogram.snapshot();
  EXPECT_EQ(snapshot.cumulative, (std::vector<std::uint64_t>{2, 4, 5, 6}));
  EXPECT_EQ(snapshot.count, 6U);
  EXPECT_DOUBLE_EQ(snapshot.sum, 21.75);
}

TEST(Histogram, CountsEverythingWithoutBounds) {
  Histogram histogram({});
  histogram.observe(3);
  histogram.observe(4);
  EXPECT_EQ(histogram.snapshot().cumulative, (std::vector<std::uint64_t>{2}));
  EXPECT_DOUBLE_EQ(histogram.snapshot().sum, 7);
}

TEST(Histogram, IgnoresNaN) {
  Histogram histogram(kThreeBounds);
  histogram.observe(std::nan(""));
  histogram.observe(1);
  EXPECT_EQ(histogram.snapshot().count, 1U);
  EXPECT_DOUBLE_EQ(histogram.snapshot().sum, 1);
}

TEST(Histogram, RefusesBoundsThatAreNotAscendingOrFinite) {
  std::array<double, 2> twice = {1, 1};
  std::array<double, 2> down = {2, 1};
  std::array<double, 2> infinite = {1, std::numeric_limits<double>::infinity()};
  EXPECT_THROW(Histogram{twice}, std::logic_error);
  EXPECT_THROW(Histogram{down}, std::logic_error);
  EXPECT_THROW(Histogram{infinite}, std::logic_error);
}

TEST(Histogram, LosesNothingWhenThreadsObserveAtOnce) {
  Histogram histogram(kThreeBounds);
  constexpr int kEach = 20'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) histogram.observe(0.5);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(histogram.snapshot().cumulative, (std::vector<std::uint64_t>{0, 80'000, 80'000, 80'000}));
  EXPECT_DOUBLE_EQ(histogram.snapshot().sum, 40'000);
}

TEST(LatencyBuckets, ReachFromHalfAMillisecondToAMinute) {
  EXPECT_DOUBLE_EQ(latencyBuckets().front(), 0.0005);
  EXPECT_DOUBLE_EQ(latencyBuckets().back(), 60);
  EXPECT_NO_THROW(Histogram{latencyBuckets()});
}

}  // namespace
}  // namespace larder::telemetry
