#include "larder/runtime/signal.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "larder/runtime/offload.hpp"
#include "larder/runtime/offload_large.hpp"
#include "larder/runtime/single_flight.hpp"
#include "support/run_task.hpp"

namespace larder::runtime {
namespace {

using namespace std::chrono_literals;

class RuntimeTest : public ::testing::Test {
 protected:
  RuntimeTest() : runtime_({.ioThreads = 2, .blockingThreads = 2}) { runtime_.start(); }

  template <class T>
  std::future<T> run(std::size_t thread, Task<T> task) {
    auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    spawn(runtime_.io(thread), "test", fulfil(promise, std::move(task)));
    return future;
  }

  template <class T>
  static Task<> fulfil(std::shared_ptr<std::promise<T>> promise, Task<T> task) {
    promise->set_value(co_await std::move(task));
  }

  Runtime runtime_;
};

Task<bool> waitOn(std::shared_ptr<Signal> signal, std::uint64_t seen, std::chrono::milliseconds limit) {
  co_return co_await signal->wait(seen, std::chrono::steady_clock::now() + limit);
}

TEST_F(RuntimeTest, SignalReturnsAtOnceWhenTheVersionHasMovedOn) {
  auto signal = std::make_shared<Signal>();
  auto seen = signal->version();
  signal->notify();
  EXPECT_TRUE(run(0, waitOn(signal, seen, 10s)).get());
}

TEST_F(RuntimeTest, SignalReportsADeadlineThatPasses) {
  auto signal = std::make_shared<Signal>();
  EXPECT_FALSE(run(0, waitOn(signal, signal->version(), 5ms)).get());
}

TEST_F(RuntimeTest, SignalWakesWaitersOnAllThreads) {
  auto signal = std::make_shared<Signal>();
  for (int round = 0; round < 200; ++round) {
    auto seen = signal->version();
    auto first = run(0, waitOn(signal, seen, 10s));
    auto second = run(1, waitOn(signal, seen, 10s));
    signal->notify();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
  }
}

Task<int> answer(Executor pool, Executor home) {
  int value = co_await offload(pool, [] { return 42; });
  EXPECT_EQ(co_await currentExecutor(), home);
  co_return value;
}

TEST_F(RuntimeTest, OffloadReturnsTheResultToTheCallersThread) {
  EXPECT_EQ(run(1, answer(runtime_.blocking(), runtime_.io(1))).get(), 42);
}

Task<std::string> messageOfFailure(Executor pool) {
  try {
    co_await offload(pool, []() -> int { throw std::runtime_error("disk on fire"); });
  } catch (const std::runtime_error& e) {
    co_return e.what();
  }
  co_return "no exception";
}

TEST_F(RuntimeTest, OffloadCarriesExceptionsBack) {
  EXPECT_EQ(run(0, messageOfFailure(runtime_.blocking())).get(), "disk on fire");
}

Task<bool> staysForBytes(Executor pool, std::size_t bytes) {
  auto caller = std::this_thread::get_id();
  co_return co_await offloadLarge(pool, bytes, [caller] { return std::this_thread::get_id() == caller; });
}

TEST_F(RuntimeTest, OffloadLargeLeavesTheThreadForMuchAlone) {
  EXPECT_TRUE(run(0, staysForBytes(runtime_.blocking(), kInlineBytes)).get());
  EXPECT_FALSE(run(0, staysForBytes(runtime_.blocking(), kInlineBytes + 1)).get());
}

using Flights = SingleFlight<std::string, int>;

struct Gate {
  Signal signal;
  std::atomic<bool> open{false};
  std::atomic<int> executions{0};
};

Task<core::Result<int>> gated(std::shared_ptr<Gate> gate) {
  ++gate->executions;
  while (!gate->open) {
    auto seen = gate->signal.version();
    if (gate->open) break;
    co_await gate->signal.wait(seen, std::chrono::steady_clock::now() + 10s);
  }
  co_return 7;
}

Task<core::Result<int>> fly(std::shared_ptr<Flights> flights, Executor executor, std::shared_ptr<Gate> gate,
                            std::chrono::milliseconds limit) {
  std::function<Task<core::Result<int>>()> start = [gate] { return gated(gate); };
  auto outcome = co_await flights->run("key", executor, start, std::chrono::steady_clock::now() + limit);
  co_return outcome.result;
}

TEST_F(RuntimeTest, SingleFlightExecutesOnceForAllCallers) {
  auto flights = std::make_shared<Flights>();
  auto gate = std::make_shared<Gate>();
  std::vector<std::future<core::Result<int>>> callers;
  for (std::size_t i = 0; i < 8; ++i) callers.push_back(run(i % 2, fly(flights, runtime_.io(0), gate, 10s)));
  // A caller that gives up early does not end the flight.
  auto early = run(0, fly(flights, runtime_.io(0), gate, 5ms)).get();
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, core::ErrorCode::Timeout);
  gate->open = true;
  gate->signal.notify();
  for (auto& caller : callers) EXPECT_EQ(caller.get().value(), 7);
  EXPECT_EQ(gate->executions, 1);
  EXPECT_EQ(flights->running(), 0u);
}

}  // namespace
}  // namespace larder::runtime
