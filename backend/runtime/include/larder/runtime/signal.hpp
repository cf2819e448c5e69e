// Signal: many coroutines on any threads wait for a change that any thread announces.
//
// It is a version counter with waiters. A waiter reads version(), checks its condition, and waits for the version to
// move on; so no announcement is lost between the check and the wait.
#pragma once

#include <cstdint>
#include <memory>

#include "larder/runtime/task.hpp"

namespace larder::runtime {

// Thread-safe. Must outlive its waiters (keep it in a shared object that they hold).
class Signal {
 public:
  Signal();
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  std::uint64_t version() const;
  // Moves the version on and wakes every waiter. Callable from any thread, also from the blocking pool; never blocks.
  void notify();
  // Returns true as soon as version() differs from `seen`, false when `deadline` passes first. The waiter must run on
  // an io thread or on a queue (blockingQueue(), backgroundQueue()): on a plain pool its timer and its wake-up could
  // run at the same time.
  Task<bool> wait(std::uint64_t seen, SteadyTime deadline);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace larder::runtime
