// Background work in small steps: after each, the others get as much time as the step took.
#pragma once

#include <algorithm>
#include <chrono>

#include "context.hpp"
#include "housekeeping/lease.hpp"
#include "jobs/job_board.hpp"

namespace larder::registry {

// Of one coroutine.
class Pace {
 public:
  static constexpr std::size_t kStep = 100;  // rows or blobs in a step

  // All must outlive it.
  Pace(const Context& context, Lease& lease, RunningJob& job) : context_(context), lease_(lease), job_(job) {}

  // Rests. False if the work is to end: it was cancelled, the daemon stops, or another one has taken it over.
  Task<bool> next() {
    constexpr std::chrono::nanoseconds shortest = std::chrono::milliseconds(1), longest = std::chrono::seconds(1);
    std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begun_;
    co_await runtime::sleepFor(std::clamp(took, shortest, longest));
    begun_ = std::chrono::steady_clock::now();
    if (context_.stopping || job_.cancelled()) co_return false;
    auto mine = co_await lease_.keep();
    if (!mine) job_.fail(mine.error().message);
    if (mine && !*mine) job_.fail("Another daemon on this data directory has taken it over.");
    co_return mine && *mine;
  }

 private:
  const Context& context_;
  Lease& lease_;
  RunningJob& job_;
  SteadyTime begun_ = std::chrono::steady_clock::now();
};

}  // namespace larder::registry
