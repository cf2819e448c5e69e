// A clock that stands still until a test moves it.
#pragma once

#include <chrono>
#include <mutex>

#include "larder/runtime/clock.hpp"

namespace larder::test {

// Thread-safe. Both times start at fixed, round values.
class ManualClock final : public runtime::Clock {
 public:
  std::chrono::system_clock::time_point now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  runtime::SteadyTime steady() const override {
    std::lock_guard lock(mutex_);
    return steady_;
  }

  // Moves both times on.
  void advance(std::chrono::nanoseconds by) {
    std::lock_guard lock(mutex_);
    now_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(by);
    steady_ += std::chrono::duration_cast<std::chrono::steady_clock::duration>(by);
  }
  // Sets wall time alone, as an administrator or NTP does.
  void setNow(std::chrono::system_clock::time_point now) {
    std::lock_guard lock(mutex_);
    now_ = now;
  }
  void setSteady(runtime::SteadyTime steady) {
    std::lock_guard lock(mutex_);
    steady_ = steady;
  }

 private:
  mutable std::mutex mutex_;
  // 2025-01-01T00:00:00Z.
  std::chrono::system_clock::time_point now_{std::chrono::seconds(1'735'689'600)};
  runtime::SteadyTime steady_{std::chrono::hours(1)};
};

}  // namespace larder::test
