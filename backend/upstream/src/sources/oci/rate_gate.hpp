// How many requests one upstream gets at once (reqConcurrent) and per second (reqPerSec).
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/signal.hpp"
#include "larder/runtime/task.hpp"

namespace larder::upstream {

// Thread-safe. Must outlive its passes and waiters.
class RateGate {
 public:
  // More callers than this do not queue up: they fail at once.
  static constexpr std::size_t kMaxWaiting = 4096;

  // `host` is named in failures. `perSecond` 0: unlimited.
  RateGate(std::string host, std::size_t concurrent, double perSecond);

  // The right to run one request, given back by its destructor. Empty by default.
  class Pass {
   public:
    Pass() = default;
    explicit Pass(RateGate& gate) : gate_(&gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_) gate_->leave();
    }

   private:
    RateGate* gate_ = nullptr;
  };

  // First come, first served. UpstreamTimeout when the turn does not come by `deadline`.
  runtime::Task<core::Result<Pass>> enter(runtime::SteadyTime deadline);

  std::size_t running() const;
  std::size_t waiting() const;

 private:
  struct Waiter {
    runtime::Signal signal;
    bool granted = false;
  };
  class Place;

  void leave();
  runtime::Task<core::Result<void>> pace(runtime::SteadyTime deadline);
  std::optional<runtime::SteadyTime> reserve(runtime::SteadyTime deadline);
  core::Error full(const char* setting) const;

  const std::string host_;
  const std::size_t concurrent_;
  const double perSecond_;
  mutable std::mutex mutex_;
  std::size_t running_ = 0;
  std::deque<std::shared_ptr<Waiter>> waiters_;
  runtime::SteadyTime nextStart_{};
};

}  // namespace larder::upstream
