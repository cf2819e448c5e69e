// offload(): blocking work (files' metadata, SQLite, bcrypt, hashing above 64 KiB, DNS) off the io thread.
#pragma once

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "larder/runtime/task.hpp"
#include "larder/runtime/turn.hpp"

namespace larder::runtime {

// Runs `function` on `pool` and resumes the caller where it was with the result; without a change of threads if the
// caller runs on `pool` itself. `function` must own, or outlive-by-the-caller, all that it touches; an exception comes
// back to the caller.
template <class Function, class T = std::invoke_result_t<Function>>
Task<T> offload(Executor pool, Function function) {
  if (runsOn(pool)) co_return function();
  auto home = co_await boost::asio::this_coro::executor;
  auto name = turnName();
  co_await boost::asio::post(boost::asio::bind_executor(pool, boost::asio::deferred));
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    try {
      function();
    } catch (...) {
      failure = std::current_exception();
    }
    co_await boost::asio::post(boost::asio::bind_executor(home, boost::asio::deferred));
    nameTurn(name);
    if (failure) std::rethrow_exception(failure);
  } else {
    std::optional<T> value;
    try {
      value.emplace(function());
    } catch (...) {
      failure = std::current_exception();
    }
    co_await boost::asio::post(boost::asio::bind_executor(home, boost::asio::deferred));
    nameTurn(name);
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*value);
  }
}

}  // namespace larder::runtime
