#include "storage_forecast.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>

namespace larder::test {
namespace {

using std::chrono::seconds;

class StorageForecast : public ::testing::Test {
 protected:
  // A sample each second; the storage grows by `growth` bytes a second.
  void live(int secondsLong, double growth) {
    for (int i = 0; i < secondsLong; ++i) {
      now_ += seconds(1);
      steady_ += seconds(1);
      sampler_.sample(now_, steady_);
      used_ += growth;
    }
  }
  registry::StorageState state(std::optional<std::uint64_t> limit = std::nullopt, std::uint64_t free = 0) const {
    registry::StorageState state;
    state.usage.bytes = static_cast<std::uint64_t>(used_);
    state.limitBytes = limit;
    state.usage.free = free;
    state.usage.capacity = free > 0 ? 10 * free : 0;
    return state;
  }
  // Seconds until then; -1 for never.
  double ahead(const registry::StorageState& state) const {
    return secondsUntil(api::forecastStorage(sampler_, state, now_).fullAt);
  }

  double secondsUntil(std::optional<telemetry::WallTime> moment) const {
    return moment ? std::chrono::duration<double>(*moment - now_).count() : -1;
  }

  double used_ = std::numeric_limits<double>::quiet_NaN();
  telemetry::WallTime now_{std::chrono::hours(24 * 365 * 50)};
  runtime::SteadyTime steady_{std::chrono::hours(1)};
  telemetry::Sampler sampler_{{{"storageUsedBytes", "bytes", "Storage used", "", telemetry::SampledSeries::Kind::Gauge,
                                [this] { return used_; }}}};
};

TEST_F(StorageForecast, GoesByTheGrowthUntilLimitOrDisk) {
  live(20, 0);  // not measured yet
  used_ = 50e9;
  live(600, 1e6);
  auto used = static_cast<std::uint64_t>(used_);
  EXPECT_NEAR(ahead(state(used + 3'600'000'000)), 3600, 36);
  EXPECT_NEAR(ahead(state(used + 3'600'000'000, 1'800'000'000)), 1800, 18);
  EXPECT_NEAR(ahead(state(std::nullopt, 1'800'000'000)), 1800, 18);
  EXPECT_NEAR(ahead(state(used - 1)), 0, 1) << "full already";
}

TEST_F(StorageForecast, SaysWhenEvictionStarts) {
  used_ = 50e9;
  live(600, 1e6);
  auto used = static_cast<std::uint64_t>(used_);
  auto with = state(used + 3'600'000'000, 2'400'000'000);
  EXPECT_EQ(secondsUntil(api::forecastStorage(sampler_, with, now_).evictionAt), -1) << "nothing is evicted";
  with.highWatermarkBytes = used + 1'800'000'000;
  EXPECT_NEAR(secondsUntil(api::forecastStorage(sampler_, with, now_).evictionAt), 1800, 18);
  with.minFreeBytes = 1'800'000'000;
  EXPECT_NEAR(secondsUntil(api::forecastStorage(sampler_, with, now_).evictionAt), 600, 6);
  EXPECT_NEAR(secondsUntil(api::forecastStorage(sampler_, with, now_).fullAt), 2400, 24);
}

TEST_F(StorageForecast, IsNowWhereThereIsNoRoomWhateverTheTrend) {
  used_ = 50e9;
  auto full = state(std::nullopt, 1'000'000'000);
  full.minFreeBytes = 2'000'000'000;
  EXPECT_EQ(secondsUntil(api::forecastStorage(sampler_, full, now_).evictionAt), 0);
  EXPECT_EQ(ahead(full), -1) << "nobody knows when";
}

TEST_F(StorageForecast, KnowsNothingWithoutATrend) {
  used_ = 1e9;
  live(120, 1e6);
  EXPECT_EQ(ahead(state(2'000'000'000)), -1) << "too early";
  live(600, 0);
  EXPECT_EQ(ahead(state()), -1) << "no limit, and a disk of unknown size";
  live(3600, -1e5);
  EXPECT_EQ(ahead(state(2'000'000'000)), -1) << "it shrinks";
}

TEST_F(StorageForecast, LooksNoFurtherThanAYear) {
  used_ = 1e9;
  live(600, 10);
  EXPECT_EQ(ahead(state(2'000'000'000)), -1);
}

TEST_F(StorageForecast, TakesTheLongestHistoryThatSaysSomething) {
  used_ = 1e9;
  live(4 * 3600, 1e5);
  live(600, 0);
  EXPECT_GT(ahead(state(100'000'000'000)), 0) << "ten minutes of rest are no trend of a day";
}

}  // namespace
}  // namespace larder::test
