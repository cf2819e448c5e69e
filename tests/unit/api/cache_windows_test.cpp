#include "cache_windows.hpp"

#include <gtest/gtest.h>

namespace larder::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class CacheWindowsTest : public ::testing::Test {
 protected:
  void pull(const char* type, const char* result, std::uint64_t times) {
    metrics_.counter("larder_cache_requests_total", "Pulls", {{"upstream", "a"}, {"type", type}, {"result", result}})
        ->add(times);
  }
  void live(minutes span) {
    for (minutes passed{0}; passed < span; ++passed) {
      now_ += minutes(1);
      windows_.tick(now_);
    }
  }

  telemetry::MetricRegistry metrics_;
  api::CacheWindows windows_{metrics_};
  api::CacheWindows::WallTime now_{hours(24 * 365 * 50)};
};

TEST_F(CacheWindowsTest, CountsTheLastHourAlone) {
  windows_.tick(now_);
  pull("manifest", "miss", 10);
  live(minutes(90));
  pull("manifest", "hit", 6);
  pull("manifest", "stale", 1);
  pull("blob", "hit", 3);
  metrics_.counter("larder_cache_served_bytes_total", "Bytes", {{"source", "cache"}})->add(700);
  metrics_.counter("larder_cache_served_bytes_total", "Bytes", {{"source", "upstream"}})->add(300);
  auto hour = windows_.last(hours(1), now_);
  EXPECT_EQ(hour.requests, 10u);
  EXPECT_EQ(hour.misses, 0u);
  EXPECT_FLOAT_EQ(hour.hitRatio.value(), 0.9F);
  EXPECT_EQ(hour.savedPulls, 7u);
  EXPECT_EQ(hour.servedBytes, 1000u);
  EXPECT_EQ(hour.savedBytes, 700u);
  EXPECT_EQ(hour.since, now_ - hours(1));
  auto day = windows_.last(hours(24), now_);
  EXPECT_EQ(day.misses, 10u);
  EXPECT_EQ(day.since, now_ - minutes(90)) << "the daemon's start";
}

TEST_F(CacheWindowsTest, SaysNoRatioWithoutARequest) {
  EXPECT_FALSE(windows_.last(hours(1), now_).hitRatio);
  EXPECT_EQ(windows_.last(hours(1), now_).since, now_);
}

TEST_F(CacheWindowsTest, ForgetsWhatIsOlderThanADay) {
  windows_.tick(now_);
  pull("blob", "miss", 5);
  live(hours(25));
  EXPECT_EQ(windows_.last(hours(24), now_).requests, 0u);
  EXPECT_EQ(windows_.last(hours(24), now_).since, now_ - hours(24));
}

TEST_F(CacheWindowsTest, BeginsAnewWhenTheClockWasSetBack) {
  live(minutes(10));
  now_ -= hours(5);
  windows_.tick(now_);
  EXPECT_EQ(windows_.last(hours(24), now_).since, now_);
}

}  // namespace
}  // namespace larder::test
