// Task<T>: what every coroutine returns. It runs on the io thread of whoever awaits it.
//
// Rules (CONTRIBUTING.md): parameters by value, no mutex held across co_await, every wait has a deadline, and a
// coroutine is started with spawn() from a named function, never from a capturing lambda.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

#include "larder/core/result.hpp"

namespace larder::runtime {

template <class T = void>
using Task = boost::asio::awaitable<T>;

using Executor = boost::asio::any_io_executor;
using SteadyTime = std::chrono::steady_clock::time_point;

// Whether the calling thread is one of `pool`, which is a pool of Runtime.
bool runsOn(const Executor& pool);

// Starts `task` on `executor`, detached. `name` appears in the log if an exception escapes: that is a bug, it is logged
// as an error and swallowed, so that one request cannot end the daemon.
void spawn(const Executor& executor, std::string name, Task<> task);

// What is known already, for a function that returns a task without being a coroutine.
template <class T>
Task<T> ready(T value) {
  co_return value;
}

// Suspends the calling coroutine.
Task<> sleepUntil(SteadyTime when);
Task<> sleepFor(std::chrono::nanoseconds duration);

// Lets others on the thread have their turn.
Task<> giveWay();

// The executor of the running coroutine.
Task<Executor> currentExecutor();

}  // namespace larder::runtime
