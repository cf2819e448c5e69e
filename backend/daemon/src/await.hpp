// Waiting for a coroutine from a thread that is none of the runtime's.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

#include "larder/runtime/task.hpp"

namespace larder::daemon {

// The value of `task`, which runs on `executor`; blocks. Exceptions of the task are thrown on.
template <class T>
T await(const runtime::Executor& executor, runtime::Task<T> task) {
  return boost::asio::co_spawn(executor, std::move(task), boost::asio::use_future).get();
}

}  // namespace larder::daemon
