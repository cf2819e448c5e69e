// Times as numbers in stored documents.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace larder::core {

// Milliseconds since 1970 (UTC), as documents and the API say times.
constexpr std::int64_t millisOf(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// So many milliseconds after 1970; the nearest time within 146 years of it for what lies beyond, so that sums with it
// stay within the range of the clock.
constexpr std::chrono::system_clock::time_point timeOfMillis(std::int64_t millis) {
  using Duration = std::chrono::system_clock::duration;
  constexpr auto kMost = std::chrono::duration_cast<std::chrono::milliseconds>(Duration::max() / 2).count();
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<Duration>(std::chrono::milliseconds(std::clamp(millis, -kMost, kMost))));
}

}  // namespace larder::core
