// Holds the answer to a failed log-in back for a while, which is what slows guessing down.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"

namespace larder::auth {

// Thread-safe.
class FailureDelay {
 public:
  // Of more than `mostWaiting` failures at a time, the rest is not held back but turned away: each keeps a connection.
  FailureDelay(std::chrono::milliseconds delay, std::size_t mostWaiting);

  // `failure` after the delay, or TooManyRequests at once.
  runtime::Task<core::Error> apply(core::Error failure);

 private:
  const std::chrono::milliseconds delay_;
  const std::size_t mostWaiting_;
  const std::shared_ptr<std::atomic<std::size_t>> waiting_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace larder::auth
