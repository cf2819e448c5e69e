#include "larder/telemetry/history.hpp"

#include <cmath>
#include <limits>
#include <ranges>

namespace larder::telemetry {

namespace {
constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
}

History::History(std::size_t series) : series_(series) {
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    auto span = spanOf(static_cast<Resolution>(i));
    auto& ring = rings_[i];
    ring.capacity = span.samples;
    ring.step = span.step;
    // Left as they are, so that the pages come into being as they are written.
    ring.times = std::make_unique_for_overwrite<std::int64_t[]>(ring.capacity);
    ring.values = std::make_unique_for_overwrite<float[]>(ring.capacity * series_);
    ring.sums.assign(series_, 0);
    ring.counts.assign(series_, 0);
  }
}

void History::add(WallTime when, std::span<const float> values) {
  auto second = std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count();
  std::lock_guard lock(mutex_);
  for (auto& ring : rings_) gather(ring, second, values);
}

void History::gather(Ring& ring, std::int64_t second, std::span<const float> values) {
  auto bucket = second / ring.step.count();
  // A second is whole with its one sample; what is coarser when its time is over, or the clock was set back.
  bool immediate = ring.step.count() == 1;
  if (!immediate && ring.bucket >= 0 && bucket != ring.bucket) close(ring);
  ring.bucket = bucket;
  for (std::size_t i = 0; i < series_; ++i) {
    if (std::isnan(values[i])) continue;
    ring.sums[i] += values[i];
    ++ring.counts[i];
  }
  if (immediate) close(ring);
}

void History::close(Ring& ring) {
  ring.times[ring.next] = ring.bucket * ring.step.count();
  auto* sample = ring.values.get() + ring.next * series_;
  for (std::size_t i = 0; i < series_; ++i) {
    sample[i] = ring.counts[i] == 0 ? kUnknown : static_cast<float>(ring.sums[i] / ring.counts[i]);
    ring.sums[i] = 0;
    ring.counts[i] = 0;
  }
  ring.next = (ring.next + 1) % ring.capacity;
  ring.count = std::min(ring.count + 1, ring.capacity);
}

History::Range History::range(Resolution resolution, std::size_t most) const {
  std::lock_guard lock(mutex_);
  const auto& ring = rings_[static_cast<std::size_t>(resolution)];
  auto at = [&](std::size_t age) { return (ring.next + ring.capacity - 1 - age) % ring.capacity; };
  std::vector<std::size_t> kept;  // places in the ring, the newest first
  auto count = std::min(ring.count, most);
  for (std::size_t age = 0; age < count; ++age) {
    auto time = ring.times[at(age)];
    // Not before a later one: by a clock that was wrong then, or is now.
    if (!kept.empty() && time >= ring.times[kept.back()]) continue;
    kept.push_back(at(age));
  }
  Range range;
  range.values.resize(series_);
  range.times.reserve(kept.size());
  for (auto& values : range.values) values.reserve(kept.size());
  for (auto place : kept | std::views::reverse) {
    range.times.emplace_back(std::chrono::seconds(ring.times[place]));
    for (std::size_t s = 0; s < series_; ++s) range.values[s].push_back(ring.values[place * series_ + s]);
  }
  return range;
}

Sampler::Sampler(std::vector<SampledSeries> series)
    : series_(std::move(series)), history_(series_.size()), counts_(series_.size(), 0) {}

std::vector<float> Sampler::sample(WallTime now, runtime::SteadyTime steady) {
  auto elapsed = std::chrono::duration<double>(steady - at_).count();
  std::vector<float> values;
  values.reserve(series_.size());
  for (std::size_t i = 0; i < series_.size(); ++i) {
    double value = series_[i].read();
    if (series_[i].kind == SampledSeries::Kind::Rate) {
      auto before = std::exchange(counts_[i], value);
      // A count that went down began anew: its series was dropped.
      bool known = !first_ && elapsed > 0 && value >= before;
      value = known ? (value - before) / elapsed : std::numeric_limits<double>::quiet_NaN();
    }
    values.push_back(static_cast<float>(value));
  }
  at_ = steady;
  first_ = false;
  history_.add(now, values);
  return values;
}

}  // namespace larder::telemetry
