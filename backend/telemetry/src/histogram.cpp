#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "larder/telemetry/metrics.hpp"

namespace larder::telemetry {

Histogram::Histogram(std::span<const double> upperBounds)
    : bounds_(upperBounds.begin(), upperBounds.end()),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(upperBounds.size() + 1)) {
  bool finite = std::all_of(bounds_.begin(), bounds_.end(), [](double bound) { return std::isfinite(bound); });
  bool ascending = std::adjacent_find(bounds_.begin(), bounds_.end(), std::greater_equal<>()) == bounds_.end();
  if (!finite || !ascending) throw std::logic_error("histogram bounds must be finite and ascending");
}

void Histogram::observe(double value) {
  // One NaN would make the sum NaN for the rest of the process's life.
  if (std::isnan(value)) return;
  // Counting beats a binary search on the few bounds of a latency histogram: no branch to mispredict.
  std::size_t bucket = 0;
  for (double bound : bounds_) bucket += value > bound ? 1 : 0;
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::snapshot() const {
  Snapshot snapshot;
  snapshot.cumulative.reserve(bounds_.size() + 1);
  for (std::size_t i = 0; i <= bounds_.size(); ++i) {
    snapshot.count += buckets_[i].load(std::memory_order_relaxed);
    snapshot.cumulative.push_back(snapshot.count);
  }
  snapshot.sum = sum_.load(std::memory_order_relaxed);
  return snapshot;
}

std::span<const double> latencyBuckets() {
  static constexpr std::array<double, 16> kBuckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                      0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
  return kBuckets;
}

}  // namespace larder::telemetry
