// IoThread: a thread that waits for sockets and timers, and runs what others give it.
#pragma once

#include <boost/asio/execution.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/require.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "given_tasks.hpp"

namespace larder::runtime {

// Throws with what to do where the system gives no thread.
std::thread startThread(std::function<void()> body);

// What other threads give goes past the io_context: its post() wakes the thread while it holds the lock that this needs
// next, so that it would wait until a giver of lower priority has a processor again.
class IoThread {
 public:
  using Executor = PlaceExecutor<IoThread>;

  IoThread();
  ~IoThread();  // join() and drop()
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  Executor executor() noexcept { return Executor(*this); }
  // Begins the thread, which is to call run(). Once.
  void start(const std::string& name, std::function<void()> body);
  // Runs what there is and what comes, until stop().
  void run() { context_.run(); }
  void stop() { context_.stop(); }  // safe from any thread
  void join();
  // Drops what was not run, and what waits for sockets and timers; whether anything had been given. After join().
  bool drop();
  boost::asio::execution_context& context() noexcept { return context_; }

 private:
  friend Executor;

  bool isOwnThread() noexcept { return context_.get_executor().running_in_this_thread(); }
  template <class Function>
  void give(Function&& function) {
    if (isOwnThread()) {
      post(std::forward<Function>(function));
    } else {
      given_.give(std::forward<Function>(function));
      // Also where others have given before: they may have been interrupted before they could wake anybody.
      wake();
    }
  }
  template <class Function>
  void post(Function&& function) {
    boost::asio::require(context_.get_executor(), boost::asio::execution::blocking.never)
        .execute(std::forward<Function>(function));
  }
  void wake();
  void awaitGiven();

  struct Context : boost::asio::io_context {
    using boost::asio::execution_context::shutdown;
    using boost::asio::io_context::io_context;
  };

  // One thread runs the context, so that it needs no lock for what it posts itself.
  Context context_{1};
  boost::asio::posix::stream_descriptor wakeUps_;  // eventfd(2)
  std::uint64_t wakeUpsRead_ = 0;
  GivenTasks given_;
  std::thread thread_;
};

}  // namespace larder::runtime
