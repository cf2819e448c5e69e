// How fast something goes at the moment.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "larder/runtime/task.hpp"

namespace larder::registry {

// Not thread-safe.
class Throughput {
 public:
  void add(std::uint64_t bytes, runtime::SteadyTime now) {
    if (begun_ == runtime::SteadyTime{}) begun_ = now;
    if (now - begun_ >= kWindow) {
      rate_ = rateOf(now);
      begun_ = now;
      bytes_ = 0;
    }
    bytes_ += bytes;
  }
  // Of the last whole window; less as soon as this one is longer.
  std::uint64_t perSecond(runtime::SteadyTime now) const {
    if (begun_ == runtime::SteadyTime{}) return 0;
    return now - begun_ >= kWindow || rate_ == 0 ? rateOf(now) : rate_;
  }

 private:
  static constexpr std::chrono::milliseconds kWindow{1000};

  std::uint64_t rateOf(runtime::SteadyTime now) const {
    auto seconds = std::chrono::duration<double>(std::max<runtime::SteadyTime::duration>(now - begun_, kWindow / 10));
    return static_cast<std::uint64_t>(static_cast<double>(bytes_) / seconds.count());
  }

  runtime::SteadyTime begun_{};
  std::uint64_t bytes_ = 0, rate_ = 0;
};

}  // namespace larder::registry
