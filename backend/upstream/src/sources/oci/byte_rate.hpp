// The bandwidth that all transfers of one upstream share (downloadRate).
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "larder/runtime/task.hpp"

namespace larder::upstream {

// Thread-safe.
class ByteRate {
 public:
  // 0: unlimited.
  explicit ByteRate(std::uint64_t bytesPerSecond) : bytesPerSecond_(bytesPerSecond) {}

  bool isLimited() const { return bytesPerSecond_ > 0; }

  // Accounts for bytes that have come at `now`; when the next ones may be taken. Who waits no longer than that keeps
  // the rate; a pause earns no credit beyond kBurst.
  runtime::SteadyTime take(std::uint64_t bytes, runtime::SteadyTime now) {
    auto cost = std::chrono::duration_cast<runtime::SteadyTime::duration>(
        std::chrono::duration<double>(static_cast<double>(bytes) / static_cast<double>(bytesPerSecond_)));
    std::lock_guard lock(mutex_);
    due_ = std::max(due_, now - kBurst) + cost;
    return due_;
  }

 private:
  static constexpr std::chrono::milliseconds kBurst{50};

  const std::uint64_t bytesPerSecond_;
  std::mutex mutex_;
  runtime::SteadyTime due_{};
};

}  // namespace larder::upstream
