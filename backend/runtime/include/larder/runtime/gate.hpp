// Gate: at most so many coroutines at once are behind it. The others queue by what they are there for: each key gets
// its turn after the others, so that who brings many does not keep away who brings few; within a key, first come, first
// served.
#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "larder/runtime/signal.hpp"
#include "larder/runtime/task.hpp"

namespace larder::runtime {

// Thread-safe. Must outlive its passes and waiters.
class Gate {
 public:
  explicit Gate(std::size_t most) : most_(most > 0 ? most : 1) {}

  // The right to be behind the gate, given back by its destructor. Empty by default.
  class Pass {
   public:
    Pass() = default;
    explicit Pass(Gate& gate) : gate_(&gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_) gate_->leave();
    }

   private:
    Gate* gate_ = nullptr;
  };

  // Waits for its turn as Signal::wait() does; nothing if it has not come by `deadline`.
  Task<std::optional<Pass>> enter(std::string key, SteadyTime deadline);

  std::size_t running() const;
  std::size_t waiting() const;

 private:
  struct Waiter {
    Signal signal;
    bool granted = false;
  };
  struct Line {
    std::string key;
    std::deque<std::shared_ptr<Waiter>> waiters;
  };
  class Place;

  void leave();
  // With mutex_ held:
  void enqueue(std::string key, std::shared_ptr<Waiter> waiter);
  std::shared_ptr<Waiter> next();
  void remove(const std::shared_ptr<Waiter>& waiter);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
  std::list<Line> lines_;  // in the order of their turns; none is empty
};

}  // namespace larder::runtime
