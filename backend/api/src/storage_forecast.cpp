#include "storage_forecast.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>

namespace larder::api {
namespace {

using telemetry::Resolution;
using Seconds = std::chrono::duration<double>;

constexpr std::string_view kSeries = "storageUsedBytes";
// Fewer say more of the moment than of the trend.
constexpr std::size_t kLeastSamples = 30;
constexpr Seconds kFarthest = std::chrono::days(365);

// Bytes a second, by least squares; nothing from too few samples.
std::optional<double> growth(const telemetry::History::Range& range, std::size_t series) {
  const auto& values = range.values[series];
  auto first = std::ranges::find_if(values, [](float value) { return std::isfinite(value); }) - values.begin();
  double n = 0, sumX = 0, sumY = 0, sumXx = 0, sumXy = 0;
  for (auto i = static_cast<std::size_t>(first); i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    // Against the first sample, so that no digits are lost in squares of what is large.
    double x = Seconds(range.times[i] - range.times[static_cast<std::size_t>(first)]).count();
    double y = static_cast<double>(values[i]) - static_cast<double>(values[static_cast<std::size_t>(first)]);
    n += 1;
    sumX += x;
    sumY += y;
    sumXx += x * x;
    sumXy += x * y;
  }
  double spread = n * sumXx - sumX * sumX;
  if (n < kLeastSamples || spread <= 0) return std::nullopt;
  return (n * sumXy - sumX * sumY) / spread;
}

// Bytes until use is `limit`, or no more than `leastFree` of the disk is free; nothing without a limit and a disk whose
// size is known.
std::optional<double> roomLeft(const registry::StorageState& state, std::optional<std::uint64_t> limit,
                               std::uint64_t leastFree) {
  std::optional<double> room;
  auto atMost = [&room](std::uint64_t bytes, std::uint64_t taken) {
    auto left = static_cast<double>(bytes - std::min(bytes, taken));
    room = room ? std::min(*room, left) : left;
  };
  if (limit) atMost(*limit, state.usage.bytes + state.usage.partialBytes);
  if (state.usage.capacity > 0) atMost(state.usage.free, leastFree);
  return room;
}

// Where there is no room it is now, whatever the growth.
std::optional<telemetry::WallTime> momentOf(std::optional<double> room, std::optional<double> bytesPerSecond,
                                            telemetry::WallTime now) {
  if (!room) return std::nullopt;
  if (*room <= 0) return now;
  if (!bytesPerSecond || *bytesPerSecond <= 0) return std::nullopt;
  Seconds left(*room / *bytesPerSecond);
  if (left > kFarthest) return std::nullopt;
  return now + std::chrono::duration_cast<telemetry::WallTime::duration>(left);
}

}  // namespace

StorageForecast forecastStorage(const telemetry::Sampler& sampler, const registry::StorageState& state,
                                telemetry::WallTime now) {
  const auto& all = sampler.series();
  auto series = std::ranges::find(all, kSeries, &telemetry::SampledSeries::name);
  if (series == all.end()) return {};
  std::optional<double> bytesPerSecond;
  for (auto resolution : {Resolution::FiveMinutes, Resolution::TenSeconds}) {
    if (bytesPerSecond) break;
    bytesPerSecond = growth(sampler.history().range(resolution), static_cast<std::size_t>(series - all.begin()));
  }
  bool evicts = state.highWatermarkBytes || state.minFreeBytes > 0;
  return {momentOf(roomLeft(state, state.limitBytes, 0), bytesPerSecond, now),
          evicts ? momentOf(roomLeft(state, state.highWatermarkBytes, state.minFreeBytes), bytesPerSecond, now)
                 : std::nullopt};
}

}  // namespace larder::api
