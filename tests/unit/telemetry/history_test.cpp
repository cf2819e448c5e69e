#include "larder/telemetry/history.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace larder::telemetry {
namespace {

using std::chrono::seconds;

WallTime at(std::int64_t second) {
  return WallTime(seconds(second));
}

TEST(History, KeepsEachSecondForTenMinutes) {
  History history(2);
  for (int i = 0; i < 700; ++i) history.add(at(1000 + i), std::vector<float>{static_cast<float>(i), 1});
  auto range = history.range(Resolution::Second);
  ASSERT_EQ(range.times.size(), 600u);
  EXPECT_EQ(range.times.front(), at(1100));
  EXPECT_EQ(range.times.back(), at(1699));
  EXPECT_EQ(range.values[0].front(), 100);
  EXPECT_EQ(range.values[0].back(), 699);
  EXPECT_EQ(range.values[1].back(), 1);
}

TEST(History, KeepsMeansOfTenSeconds) {
  History history(1);
  for (int i = 0; i < 25; ++i) history.add(at(1000 + i), std::vector<float>{static_cast<float>(i)});
  auto range = history.range(Resolution::TenSeconds);
  EXPECT_EQ(range.times, (std::vector{at(1000), at(1010)}));
  EXPECT_EQ(range.values[0], (std::vector<float>{4.5, 14.5}));
}

TEST(History, LeavesUnknownValuesOutOfMeans) {
  History history(2);
  for (int i = 0; i < 11; ++i) {
    history.add(at(1000 + i), std::vector<float>{i == 0 ? NAN : 6.F, NAN});
  }
  auto range = history.range(Resolution::TenSeconds);
  EXPECT_EQ(range.values[0].front(), 6);
  EXPECT_TRUE(std::isnan(range.values[1].front()));
}

TEST(History, ShowsAGapAsWhatItIs) {
  History history(1);
  history.add(at(1000), std::vector<float>{1});
  history.add(at(5000), std::vector<float>{2});
  EXPECT_EQ(history.range(Resolution::Second).times, (std::vector{at(1000), at(5000)}));
}

TEST(History, LeavesOutWhatAClockThatWasSetBackPutsAfterLaterSamples) {
  History history(1);
  std::vector<float> value{1};
  auto live = [&](std::int64_t from, std::int64_t to) {
    for (auto second = from; second < to; ++second) history.add(at(second), value);
  };
  live(1000, 1010);
  live(1005, 1007);  // 5 s back
  EXPECT_EQ(history.range(Resolution::Second).times,
            (std::vector{at(1000), at(1001), at(1002), at(1003), at(1004), at(1005), at(1006)}));
  live(2'600'000, 2'600'003);  // 30 days ahead, and right again
  live(1010, 1012);
  EXPECT_EQ(history.range(Resolution::Second).times.back(), at(1011));
  EXPECT_EQ(history.range(Resolution::Second).times.size(), 9u);
  live(100, 101);  // long ago
  EXPECT_EQ(history.range(Resolution::Second).times, (std::vector{at(100)}));
}

TEST(History, GivesTheLastFew) {
  History history(1);
  for (int i = 0; i < 5; ++i) history.add(at(i), std::vector<float>{static_cast<float>(i)});
  EXPECT_EQ(history.range(Resolution::Second, 2).values[0], (std::vector<float>{3, 4}));
}

TEST(Sampler, KeepsTheGrowthOfCounts) {
  double count = 100;
  double gauge = 7;
  Sampler sampler({{"counted", "1/s", "", "", SampledSeries::Kind::Rate, [&] { return count; }},
                   {"shown", "1", "", "", SampledSeries::Kind::Gauge, [&] { return gauge; }}});
  runtime::SteadyTime start{};
  auto first = sampler.sample(at(1), start + seconds(1));
  EXPECT_TRUE(std::isnan(first[0]));
  EXPECT_EQ(first[1], 7);
  count = 140;
  EXPECT_EQ(sampler.sample(at(3), start + seconds(3))[0], 20);
  count = 10;
  EXPECT_TRUE(std::isnan(sampler.sample(at(4), start + seconds(4))[0]));
  EXPECT_EQ(sampler.history().range(Resolution::Second).times.size(), 3u);
}

}  // namespace
}  // namespace larder::telemetry
