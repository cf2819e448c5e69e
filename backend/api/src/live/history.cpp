#include <cmath>
#include <limits>

#include "live/series.hpp"
#include "to_api.hpp"

namespace larder::api::live {
namespace {

using telemetry::Resolution;

Resolution resolutionOf(apitypes::MetricsRange range) {
  switch (range) {
    case apitypes::MetricsRange::SixHours:
      return Resolution::TenSeconds;
    case apitypes::MetricsRange::SevenDays:
      return Resolution::FiveMinutes;
    case apitypes::MetricsRange::TenMinutes:
    case apitypes::MetricsRange::Unknown:
      break;
  }
  return Resolution::Second;
}

// Of a range that spans its time at most: a clock that was set ahead leaves a gap no longer than the chart.
telemetry::History::Range clipped(telemetry::History::Range range, telemetry::Span span) {
  if (range.times.empty()) return range;
  auto oldest = range.times.back() - span.step * static_cast<std::int64_t>(span.samples - 1);
  std::size_t skip = 0;
  while (range.times[skip] < oldest) ++skip;
  range.times.erase(range.times.begin(), range.times.begin() + static_cast<std::ptrdiff_t>(skip));
  for (auto& values : range.values) values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(skip));
  return range;
}

// One value for each step, NaN where the process stood still: as many as there may be samples, at most.
std::vector<float> evenValues(const telemetry::History::Range& range, std::size_t series, std::int64_t step) {
  std::vector<float> values;
  if (range.times.empty()) return values;
  auto secondsOf = [](telemetry::WallTime time) { return time.time_since_epoch() / std::chrono::seconds(1); };
  auto at = secondsOf(range.times.front());
  values.reserve(static_cast<std::size_t>((secondsOf(range.times.back()) - at) / step) + 1);
  for (std::size_t i = 0; i < range.times.size(); ++i) {
    auto second = secondsOf(range.times[i]);
    for (; at < second; at += step) values.push_back(std::numeric_limits<float>::quiet_NaN());
    values.push_back(range.values[series][i]);
    at += step;
  }
  return values;
}

}  // namespace

apitypes::MetricsHistory historyOf(const telemetry::Sampler& sampler, apitypes::MetricsRange range) {
  auto span = telemetry::spanOf(resolutionOf(range));
  auto sampled = clipped(sampler.history().range(resolutionOf(range)), span);
  apitypes::MetricsHistory history;
  history.range = range;
  history.stepMs = static_cast<std::uint64_t>(span.step / std::chrono::milliseconds(1));
  if (!sampled.times.empty()) history.startAt = sampled.times.front();
  for (std::size_t i = 0; i < sampler.series().size(); ++i) {
    const auto& series = sampler.series()[i];
    history.series.push_back({series.name, series.title, byWord<apitypes::Unit>(series.unit), series.query,
                              evenValues(sampled, i, span.step.count())});
  }
  return history;
}

apitypes::MetricsSample sampleOf(const telemetry::Sampler& sampler, apitypes::Time now,
                                 const std::vector<float>& values) {
  apitypes::MetricsSample sample{now, {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) sample.values.emplace(sampler.series()[i].name, values[i]);
  }
  return sample;
}

}  // namespace larder::api::live
