// What the cache has done in the last hour and the last day, counted as /metrics counts it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>

#include "larder/apitypes/status.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::api {

// Keeps the counters as they stood at each minute of the last day. Thread-safe.
class CacheWindows {
 public:
  using WallTime = std::chrono::system_clock::time_point;

  explicit CacheWindows(const telemetry::MetricRegistry& metrics) : metrics_(metrics) {}

  // To be called at least once a minute; keeps one state a minute. A clock that was set back begins anew.
  void tick(WallTime now);
  // The growth over the last `span`, or since the start of a younger daemon.
  apitypes::CacheWindow last(std::chrono::minutes span, WallTime now) const;

 private:
  struct Counts {
    std::uint64_t requests = 0, hits = 0, stale = 0, misses = 0;
    std::uint64_t servedBytes = 0, savedBytes = 0, savedPulls = 0;
  };
  struct State {
    WallTime at;
    Counts counts;
  };
  Counts read() const;

  const telemetry::MetricRegistry& metrics_;
  mutable std::mutex mutex_;
  std::deque<State> states_;  // the oldest first
};

}  // namespace larder::api
