#include "larder/telemetry/runtime_metrics.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <latch>

#include "support/run_task.hpp"

namespace larder::telemetry {
namespace {

TEST(RuntimeMetrics, ShowsWorkersAndQueues) {
  std::latch begun(1), release(1);
  test::TestRuntime threads({.ioThreads = 1, .blockingThreads = 3, .syncingThreads = 1});
  MetricRegistry metrics;
  exposeRuntime(metrics, threads.get());
  for (int i = 0; i < 3; ++i) {
    boost::asio::post(threads.get().syncing(), [&, i] {
      if (i == 0) begun.count_down();
      release.wait();
    });
  }
  begun.wait();
  auto text = metrics.expose();
  for (const char* line : {
           "zot_scheduler_workers_total 4\n",
           "zot_scheduler_workers{state=\"working\"} 1\n",
           "zot_scheduler_workers{state=\"idle\"} 3\n",
           "zot_scheduler_tasksqueue_length{priority=\"high\"} 0\n",
           "zot_scheduler_tasksqueue_length{priority=\"low\"} 2\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
  release.count_down();
}

}  // namespace
}  // namespace larder::telemetry
