// Time as a dependency, so that tests can move it by hand (tests/support/manual_clock.hpp).
#pragma once

#include <chrono>

#include "larder/runtime/task.hpp"

namespace larder::runtime {

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time, for what is stored or shown.
  virtual std::chrono::system_clock::time_point now() const = 0;
  // Monotonic time, for deadlines and ages.
  virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point now() const override { return std::chrono::system_clock::now(); }
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace larder::runtime
