#include "larder/telemetry/runtime_metrics.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <latch>
#include <thread>

namespace larder::telemetry {
namespace {

TEST(RuntimeMetrics, ShowsWorkersAndQueues) {
  std::latch begun(1), release(1);
  MetricRegistry metrics;
  runtime::Runtime threads(
      {.ioThreads = 1, .blockingThreads = 3, .syncingThreads = 1, .readingThreads = 1, .backgroundThreads = 1});
  exposeRuntime(metrics, threads);
  for (int i = 0; i < 3; ++i) {
    boost::asio::post(threads.syncing(), [&, i] {
      if (i == 0) begun.count_down();
      release.wait();
    });
  }
  begun.wait();
  auto text = metrics.expose();
  for (const char* line : {
           "zot_scheduler_workers_total 6\n",
           "zot_scheduler_workers{state=\"working\"} 1\n",
           "zot_scheduler_workers{state=\"idle\"} 5\n",
           "zot_scheduler_tasksqueue_length{priority=\"high\"} 0\n",
           "zot_scheduler_tasksqueue_length{priority=\"low\"} 2\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
  release.count_down();
}

TEST(RuntimeMetrics, CountsTheTurnsOfEachIoThread) {
  std::latch done(1);
  MetricRegistry metrics;
  runtime::Runtime threads({.ioThreads = 2});
  exposeRuntime(metrics, threads);
  threads.start();
  boost::asio::post(threads.io(1), [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));  // not a wait for a processor
    boost::asio::post(threads.io(1), [&] { done.count_down(); });
  });
  done.wait();
  auto text = metrics.expose();
  for (const char* line : {
           "larder_io_turn_seconds_count{thread=\"io-0\"} 0\n",
           "larder_io_slow_turns_total 1\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
  EXPECT_GE(metrics.total("larder_io_turn_seconds", "thread", "io-1"), 1);
}

}  // namespace
}  // namespace larder::telemetry
