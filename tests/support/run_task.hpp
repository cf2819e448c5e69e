// Runs coroutines to their end from a test's own thread.
//
//   Result<void> done = runTask(store->apply(changes));           // on an io_context made for it
//   TestRuntime threads; threads.run(service.get(...));            // on an io thread of a Runtime
//
// Both fail with std::runtime_error when the task has not ended in time: the wait is a guard against a hang, never a
// way to synchronise.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "larder/runtime/runtime.hpp"
#include "larder/runtime/task.hpp"

namespace larder::test {

inline constexpr std::chrono::seconds kTaskTimeout{120};

// Ends with what `task` ended with, in `promise`. Asio's own use_future would be instantiated anew for each T, which
// each test takes time to compile.
template <class T>
runtime::Task<> settle(runtime::Task<T> task, std::shared_ptr<std::promise<T>> promise) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      promise->set_value();
    } else {
      promise->set_value(co_await std::move(task));
    }
  } catch (...) {
    promise->set_exception(std::current_exception());
  }
}

template <class T>
std::future<T> startOn(runtime::Executor executor, runtime::Task<T> task) {
  auto promise = std::make_shared<std::promise<T>>();
  auto future = promise->get_future();
  runtime::spawn(std::move(executor), "test", settle(std::move(task), std::move(promise)));
  return future;
}

// The value of `task`, which runs on the calling thread. An exception of the task is thrown on.
template <class T>
T runTask(runtime::Task<T> task, std::chrono::milliseconds timeout = kTaskTimeout) {
  boost::asio::io_context context{1};
  auto future = startOn(context.get_executor(), std::move(task));
  context.run_for(timeout);
  if (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    throw std::runtime_error("The task has not ended in time.");
  }
  return future.get();
}

// A started Runtime for a test: by default two io threads and two blocking threads. Keep it before (so that it is
// destroyed after) what runs on it.
class TestRuntime {
 public:
  explicit TestRuntime(runtime::RuntimeOptions options = {.ioThreads = 2, .blockingThreads = 2}) : runtime_(options) {
    runtime_.start();
  }

  runtime::Runtime& get() { return runtime_; }
  runtime::Executor blocking() const { return runtime_.blocking(); }

  // Starts `task` on an io thread (each in turn) and returns at once.
  template <class T>
  std::future<T> start(runtime::Task<T> task) {
    return startOn(runtime_.nextIo(), std::move(task));
  }

  // The value of `future`, or std::runtime_error when it is not there in time.
  template <class T>
  static T await(std::future<T> future, std::chrono::milliseconds timeout = kTaskTimeout) {
    if (future.wait_for(timeout) != std::future_status::ready) {
      throw std::runtime_error("The task has not ended in time.");
    }
    return future.get();
  }

  // The value of `task`, which runs on an io thread.
  template <class T>
  T run(runtime::Task<T> task, std::chrono::milliseconds timeout = kTaskTimeout) {
    return await(start(std::move(task)), timeout);
  }

  // The values of all tasks, which run at the same time.
  template <class T>
  std::vector<T> runAll(std::vector<runtime::Task<T>> tasks, std::chrono::milliseconds timeout = kTaskTimeout) {
    std::vector<std::future<T>> futures;
    futures.reserve(tasks.size());
    for (auto& task : tasks) futures.push_back(start(std::move(task)));
    std::vector<T> values;
    values.reserve(futures.size());
    for (auto& future : futures) values.push_back(await(std::move(future), timeout));
    return values;
  }

 private:
  runtime::Runtime runtime_;
};

}  // namespace larder::test
