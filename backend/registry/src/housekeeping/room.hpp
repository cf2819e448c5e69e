// What a place has room for between two measurements.
#pragma once

#include <cstdint>
#include <limits>
#include <mutex>

#include "housekeeping/space.hpp"
#include "larder/core/result.hpp"

namespace larder::registry {

// The bytes that a place still takes before larder.storage.maxBytes or minFree is reached. Whoever stores something
// takes them first, so that the limits are kept whatever arrives before the next measurement; before the first there is
// no end of them. Only bytes that are here count: room that is kept for what somebody announced would be lost to all
// others for as long as it does not come. Thread-safe.
class Room {
 public:
  // Takes so many bytes if they and `spare` more fit.
  [[nodiscard]] bool take(std::uint64_t bytes, std::uint64_t spare = 0);
  // What is pulled is passed on without being stored, and pushes wait.
  bool full() const;

  // All that was ever taken.
  std::uint64_t taken() const;
  // So much more was found to fit, in a measurement that began when taken() was `takenBefore`.
  void measured(const Headroom& found, std::uint64_t takenBefore);
  // Why something does not fit: NoSpace, which names the limit and what to do.
  core::Error refusal() const;

 private:
  std::uint64_t left() const;  // under the mutex

  mutable std::mutex mutex_;
  Headroom measured_{std::numeric_limits<std::uint64_t>::max(), ""};
  std::uint64_t measuredAt_ = 0;  // of taken_
  std::uint64_t taken_ = 0;
};

}  // namespace larder::registry
