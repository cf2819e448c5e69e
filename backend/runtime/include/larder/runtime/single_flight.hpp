// SingleFlight: concurrent requests for one key share one execution and its result, failures too.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "larder/runtime/signal.hpp"
#include "larder/runtime/task.hpp"

namespace larder::runtime {

// Thread-safe. T must be copyable. The execution is detached from its callers: one that leaves changes nothing, and
// each caller waits no longer than its own deadline. Must be kept in a shared_ptr-owned service that outlives the
// runtime's threads, or be destroyed after them.
template <class Key, class T>
class SingleFlight {
 public:
  struct Outcome {
    core::Result<T> result;
    bool shared = false;  // another caller's execution answered
  };

  // Joins the flight of `key`, or starts it with `start()` on `executor`. Timeout when `deadline` passes first; the
  // flight then goes on.
  Task<Outcome> run(Key key, Executor executor, std::function<Task<core::Result<T>>()> start, SteadyTime deadline) {
    std::shared_ptr<Flight> flight;
    bool shared = true;
    {
      std::lock_guard lock(state_->mutex);
      auto& slot = state_->flights[key];
      if (!slot) {
        slot = std::make_shared<Flight>();
        shared = false;
      }
      flight = slot;
    }
    if (!shared) spawn(executor, "single-flight", drive(state_, key, flight, std::move(start)));
    while (true) {
      auto seen = flight->done.version();
      {
        std::lock_guard lock(flight->mutex);
        if (flight->result) co_return Outcome{*flight->result, shared};
      }
      bool changed = co_await flight->done.wait(seen, deadline);
      if (!changed) break;
    }
    co_return Outcome{core::fail(core::ErrorCode::Timeout, "No answer within the deadline of this request."), shared};
  }

  std::size_t running() const {
    std::lock_guard lock(state_->mutex);
    return state_->flights.size();
  }

 private:
  struct Flight {
    std::mutex mutex;
    std::optional<core::Result<T>> result;
    Signal done;
  };
  struct State {
    mutable std::mutex mutex;
    std::unordered_map<Key, std::shared_ptr<Flight>> flights;
  };

  static Task<> drive(std::shared_ptr<State> state, Key key, std::shared_ptr<Flight> flight,
                      std::function<Task<core::Result<T>>()> start) {
    std::optional<core::Result<T>> result;
    try {
      result.emplace(co_await start());
    } catch (const std::exception& e) {
      result.emplace(core::fail(core::ErrorCode::Internal, e.what()));
    }
    {
      std::lock_guard lock(state->mutex);
      state->flights.erase(key);
    }
    {
      std::lock_guard lock(flight->mutex);
      flight->result = std::move(result);
    }
    flight->done.notify();
  }

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace larder::runtime
