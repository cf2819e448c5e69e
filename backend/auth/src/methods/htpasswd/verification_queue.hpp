// Password checks on the blocking pool, so few at a time that the pool stays free for the rest of the daemon.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "siphash.hpp"

namespace larder::auth {

struct VerificationLimits {
  std::size_t running = 2;
  // A flood of wrong passwords fills the queue: whoever comes then is told to try again. One address may take half of
  // it, so that a single broken client leaves room for the others.
  std::size_t waiting = 64;
  std::size_t waitingPerAddress = 32;
  // Of the queue, what those may take who are not known; and those who are known go first.
  std::size_t waitingStrangers = 48;
};

// Asked of a new check, when there is room for it; neither may block.
struct Admission {
  std::function<bool()> isKnown;              // to have logged in before
  std::function<core::Result<void>()> begin;  // whether the check may be made
};

// Thread-safe. Checks that have been queued are run even when this has gone, as long as the pool lives.
class VerificationQueue {
 public:
  VerificationQueue(runtime::Executor pool, VerificationLimits limits);

  // What `check` returned on the pool. Callers with the same key share one check, and one admission. TooManyRequests if
  // the queue is full, or has not come to this check when `deadline` passes; and what the admission says.
  runtime::Task<core::Result<bool>> run(Hash128 key, std::string remoteAddress, Admission admission,
                                        std::function<bool()> check, runtime::SteadyTime deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace larder::auth
