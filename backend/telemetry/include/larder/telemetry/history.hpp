// The sampled history behind the charts: a few series, at three resolutions, in memory that never grows.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "larder/runtime/task.hpp"

namespace larder::telemetry {

using WallTime = std::chrono::system_clock::time_point;

enum class Resolution : std::uint8_t { Second, TenSeconds, FiveMinutes };

// How long a sample lasts, and how many are kept: 10 minutes, 6 hours, 7 days.
struct Span {
  std::chrono::seconds step;
  std::size_t samples;
};
constexpr Span spanOf(Resolution resolution) {
  switch (resolution) {
    case Resolution::Second:
      return {std::chrono::seconds(1), 600};
    case Resolution::TenSeconds:
      return {std::chrono::seconds(10), 2160};
    case Resolution::FiveMinutes:
      break;
  }
  return {std::chrono::seconds(300), 2016};
}

// Thread-safe. Takes 4.8 thousand values of 4 bytes a series, in pages that are touched as they fill.
class History {
 public:
  explicit History(std::size_t series);

  // The values of all series at one moment, in their order; NaN where there is none. Meant for once a second. The
  // coarser resolutions keep means.
  void add(WallTime when, std::span<const float> values);

  struct Range {
    std::vector<WallTime> times;             // ascending; a gap where the process stood still
    std::vector<std::vector<float>> values;  // by series, then time
  };
  // The last `most` samples. Where the clock was set back, those that it would put after a later one are left out.
  Range range(Resolution resolution, std::size_t most = SIZE_MAX) const;

 private:
  // One resolution: a ring of samples, and the one that is being gathered.
  struct Ring {
    std::size_t capacity = 0, next = 0, count = 0;
    std::chrono::seconds step{};
    std::unique_ptr<std::int64_t[]> times;  // seconds since the epoch
    std::unique_ptr<float[]> values;        // sample by sample
    std::int64_t bucket = -1;               // of what is gathered
    std::vector<double> sums;
    std::vector<std::uint32_t> counts;
  };

  void gather(Ring& ring, std::int64_t second, std::span<const float> values);
  void close(Ring& ring);

  const std::size_t series_;
  mutable std::mutex mutex_;
  std::array<Ring, 3> rings_;
};

// One line of a chart.
struct SampledSeries {
  enum class Kind : std::uint8_t { Gauge, Rate };  // Rate: `read` counts up, and what is kept is its growth a second
  std::string name;                                // "servedBytes"
  std::string unit;                                // of what is kept: "bytes/s"
  std::string title;                               // "Bytes served"
  std::string query;                               // PromQL with the same meaning over /metrics; "" if there is none
  Kind kind = Kind::Gauge;
  std::function<double()> read;  // NaN: unknown now
};

// Reads all series at one moment, and keeps them. One thread at a time calls sample(); history() is for all.
class Sampler {
 public:
  explicit Sampler(std::vector<SampledSeries> series);

  // The values, in the order of series(). The first one of a rate is NaN.
  std::vector<float> sample(WallTime now, runtime::SteadyTime steady);
  const std::vector<SampledSeries>& series() const { return series_; }
  const History& history() const { return history_; }

 private:
  const std::vector<SampledSeries> series_;
  History history_;
  std::vector<double> counts_;  // of rates, at the last sample
  runtime::SteadyTime at_{};
  bool first_ = true;
};

}  // namespace larder::telemetry
