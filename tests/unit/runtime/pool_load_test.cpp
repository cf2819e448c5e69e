#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <latch>
#include <thread>

#include "larder/runtime/offload.hpp"
#include "support/run_task.hpp"

namespace larder::runtime {
namespace {

void drain(test::TestRuntime& threads) {
  // A thread gives its next task up only after it has counted the last one.
  while (threads.get().blockingLoad().tasks > 0) std::this_thread::yield();
}

TEST(PoolLoad, TellsTheWorkingFromTheQueued) {
  std::latch begun(2), release(1);
  test::TestRuntime threads({.ioThreads = 1, .blockingThreads = 2, .syncingThreads = 1});
  for (int i = 0; i < 5; ++i) {
    boost::asio::post(threads.blocking(), [&, i] {
      if (i < 2) begun.count_down();
      release.wait();
    });
  }
  begun.wait();
  auto load = threads.get().blockingLoad();
  EXPECT_EQ(load.threads, 2U);
  EXPECT_EQ(load.working(), 2U);
  EXPECT_EQ(load.queued(), 3U);
  for (const auto& other : threads.get().otherLoads()) EXPECT_EQ(other.tasks, 0U);
  release.count_down();
  drain(threads);
  EXPECT_EQ(threads.get().blockingLoad().working(), 0U);
}

Task<std::size_t> loadInside(Runtime* runtime) {
  co_return co_await offload(runtime->blocking(), [runtime] { return runtime->blockingLoad().working(); });
}

Task<> spawned(Runtime* runtime, std::latch* done) {
  EXPECT_EQ(runtime->blockingLoad().working(), 1U);
  done->count_down();
  co_return;
}

TEST(PoolLoad, CountsCoroutinesToo) {
  std::latch done(1);
  test::TestRuntime threads;
  EXPECT_EQ(threads.run(loadInside(&threads.get())), 1U);
  drain(threads);
  spawn(threads.blocking(), "spawned", spawned(&threads.get(), &done));
  done.wait();
  drain(threads);
}

TEST(PoolLoad, ExecutorsOfOnePoolAreEqual) {
  test::TestRuntime threads;
  EXPECT_EQ(threads.get().blocking(), threads.get().blocking());
  EXPECT_NE(threads.get().blocking(), threads.get().syncing());
}

}  // namespace
}  // namespace larder::runtime
