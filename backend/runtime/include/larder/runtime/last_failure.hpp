// Tells a failure that goes on from one that is news, so that what is tried each second is logged once.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace larder::runtime {

// Thread-safe.
class LastFailure {
 public:
  // True if `message` is not the failure of last time. What fails again right after a success is no news either.
  bool isNews(const std::string& message) {
    std::lock_guard lock(mutex_);
    failing_ = true;
    auto now = std::chrono::steady_clock::now();
    if (message == message_ && (!endedAt_ || now - *endedAt_ < kSame)) {
      endedAt_.reset();
      return false;
    }
    endedAt_.reset();
    message_ = message;
    return true;
  }
  // Of a success: true if a failure came before it.
  bool ended() {
    std::lock_guard lock(mutex_);
    if (!failing_) return false;
    failing_ = false;
    endedAt_ = std::chrono::steady_clock::now();
    return true;
  }

 private:
  static constexpr std::chrono::seconds kSame{60};

  std::mutex mutex_;
  std::string message_;
  bool failing_ = false;
  std::optional<std::chrono::steady_clock::time_point> endedAt_;  // of the failure, if it has
};

}  // namespace larder::runtime
