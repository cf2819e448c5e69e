#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <future>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "larder/runtime/runtime.hpp"
#include "worker_pool.hpp"

namespace larder::runtime {
namespace {

constexpr int kGivers = 4, kEach = 5000;

// Has kGivers threads give to `executor`, each one after the other; `run` is told of each task.
template <class Run>
void giveFromManyThreads(const Executor& executor, const Run& run) {
  std::latch ended(kGivers * kEach);
  std::vector<std::jthread> givers;
  for (int giver = 0; giver < kGivers; ++giver) {
    givers.emplace_back([&, giver] {
      for (int i = 0; i < kEach; ++i) {
        boost::asio::post(executor, [&, giver, i] {
          run(giver, i);
          ended.count_down();
        });
      }
    });
  }
  ended.wait();
}

TEST(GivenTasks, OfEachGiverRunInTheirOrderOnAnIoThread) {
  Runtime runtime({.ioThreads = 1});
  runtime.start();
  std::array<int, kGivers> next{};  // of the io thread alone
  std::atomic<int> misplaced = 0;
  giveFromManyThreads(runtime.io(0), [&](int giver, int i) {
    if (next.at(static_cast<std::size_t>(giver))++ != i) ++misplaced;
  });
  EXPECT_EQ(misplaced, 0);
}

TEST(GivenTasks, RunOnceEachInAPool) {
  Runtime runtime({.ioThreads = 1, .blockingThreads = 3});
  runtime.start();
  std::vector<std::atomic<int>> runs(kGivers * kEach);
  giveFromManyThreads(runtime.blocking(), [&](int giver, int i) {
    ++runs[static_cast<std::size_t>(giver) * kEach + static_cast<std::size_t>(i)];
  });
  int wrong = 0;
  for (const auto& one : runs) wrong += one == 1 ? 0 : 1;
  EXPECT_EQ(wrong, 0);
}

TEST(GivenTasks, WaitOnAnIoThreadUntilItIsStarted) {
  Runtime runtime({.ioThreads = 1});
  std::promise<std::thread::id> ran;
  boost::asio::post(runtime.io(0), [&] { ran.set_value(std::this_thread::get_id()); });
  runtime.start();
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(GivenTasks, OfAnIoThreadToItselfRunAfterItsTurn) {
  Runtime runtime({.ioThreads = 1});
  runtime.start();
  std::promise<bool> ranAfter;
  boost::asio::post(runtime.io(0), [&] {
    auto over = std::make_shared<bool>(false);
    boost::asio::post(runtime.io(0), [&, over] { ranAfter.set_value(*over); });
    *over = true;
  });
  EXPECT_TRUE(ranAfter.get_future().get());
}

// A pool whose thread is busy until `release`, with more tasks behind that.
struct Busy {
  static constexpr int kBehind = 5;

  Busy() {
    std::latch begun(1);
    boost::asio::post(pool.executor(), [&begun, this] {
      begun.count_down();
      release.wait();
    });
    begun.wait();
    for (int i = 0; i < kBehind; ++i) boost::asio::post(pool.executor(), [this, kept = held] { ++ran; });
  }
  std::latch release{1};
  std::atomic<int> ran = 0;
  std::shared_ptr<int> held = std::make_shared<int>();
  IoThread timers;
  WorkerPool pool{1, timers};
};

TEST(WorkerPool, RunsWhatItWasGivenBeforeItsThreadsEnd) {
  Busy busy;
  EXPECT_EQ(busy.pool.unfinished(), std::size_t{Busy::kBehind + 1});
  busy.release.count_down();
  busy.pool.join();
  EXPECT_EQ(busy.ran, Busy::kBehind);
  EXPECT_EQ(busy.pool.unfinished(), 0U);
}

TEST(WorkerPool, DropsWhatHasNotBegunWhenItIsStopped) {
  Busy busy;
  busy.pool.stop();
  busy.release.count_down();
  busy.pool.join();
  EXPECT_EQ(busy.ran, 0);
  EXPECT_EQ(busy.held.use_count(), 1 + Busy::kBehind);
  EXPECT_TRUE(busy.pool.drop());
  EXPECT_EQ(busy.held.use_count(), 1);
  EXPECT_EQ(busy.pool.unfinished(), 0U);
}

}  // namespace
}  // namespace larder::runtime
