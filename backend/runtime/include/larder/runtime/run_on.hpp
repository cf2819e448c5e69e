// runOn(): a part of a coroutine that computes much, on another executor.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "larder/runtime/task.hpp"
#include "larder/runtime/turn.hpp"

namespace larder::runtime {

// Runs `task` on `executor`, a queue of a pool or an io thread, and resumes the caller where it was with the result; an
// exception comes back to the caller. What the task refers to must outlive it.
template <class T>
Task<T> runOn(Executor executor, Task<T> task) {
  auto name = turnName();
  // Boost 1.81 cannot wait for this one by asio::deferred, which takes a frame less elsewhere.
  auto result = co_await boost::asio::co_spawn(std::move(executor), std::move(task), boost::asio::use_awaitable);
  nameTurn(name);
  co_return result;
}

}  // namespace larder::runtime
