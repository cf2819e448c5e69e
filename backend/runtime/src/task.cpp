#include "larder/runtime/task.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "larder/runtime/turn.hpp"

namespace larder::runtime {

namespace asio = boost::asio;

namespace {
Task<> named(TurnName name, Task<> task) {
  nameTurn(name);
  co_await std::move(task);
}
}  // namespace

void spawn(const Executor& executor, std::string name, Task<> task) {
  // The task begins within this turn if it is on the same thread.
  auto own = turnName();
  TurnName turn(name);
  asio::co_spawn(executor, named(turn, std::move(task)), [name = std::move(name)](const std::exception_ptr& failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      spdlog::error("task.failed task={} error=\"{}\"", name, e.what());
    }
  });
  nameTurn(own);
}

Task<> giveWay() {
  auto name = turnName();
  co_await asio::post(co_await asio::this_coro::executor, asio::deferred);
  nameTurn(name);
}

Task<> sleepUntil(SteadyTime when) {
  auto name = turnName();
  asio::steady_timer timer(co_await asio::this_coro::executor, when);
  co_await timer.async_wait(asio::as_tuple(asio::deferred));
  nameTurn(name);
}

Task<> sleepFor(std::chrono::nanoseconds duration) {
  return sleepUntil(std::chrono::steady_clock::now() + duration);
}

Task<Executor> currentExecutor() {
  co_return co_await asio::this_coro::executor;
}

}  // namespace larder::runtime
