#include "recurring_work.hpp"

#include <gtest/gtest.h>

namespace larder::test {
namespace {

using registry::Priority;
using registry::RecurringWorkMetrics;
using registry::WorkState;

TEST(RecurringWork, IsCountedOnceForEachTimeThatItIsSetUp) {
  telemetry::MetricRegistry metrics;
  RecurringWorkMetrics shown(metrics);
  shown.show({{"gc ", Priority::Medium, WorkState::Waiting}, {"scrub", Priority::Low, WorkState::Waiting}});
  shown.show({{"gc ", Priority::Medium, WorkState::Ready}, {"scrub", Priority::Low, WorkState::Waiting}});
  EXPECT_EQ(metrics.total("zot_scheduler_generators_total"), 2);
  shown.show({{"gc ", Priority::Medium, WorkState::Ready}});
  shown.show({{"gc ", Priority::Medium, WorkState::Ready}, {"scrub", Priority::Low, WorkState::Waiting}});
  EXPECT_EQ(metrics.total("zot_scheduler_generators_total"), 3);
}

TEST(RecurringWork, IsShownByPriorityAndState) {
  telemetry::MetricRegistry metrics;
  RecurringWorkMetrics shown(metrics);
  shown.show({{"gc ", Priority::Medium, WorkState::Ready},
              {"gc /team", Priority::Medium, WorkState::Done},
              {"poll/1", Priority::Medium, WorkState::Ready},
              {"eviction", Priority::High, WorkState::Waiting}});
  auto text = metrics.expose();
  for (const char* line : {
           "zot_scheduler_generators_status{priority=\"medium\",state=\"ready\"} 2\n",
           "zot_scheduler_generators_status{priority=\"medium\",state=\"done\"} 1\n",
           "zot_scheduler_generators_status{priority=\"medium\",state=\"waiting\"} 0\n",
           "zot_scheduler_generators_status{priority=\"high\",state=\"waiting\"} 1\n",
           "zot_scheduler_generators_status{priority=\"low\",state=\"waiting\"} 0\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

}  // namespace
}  // namespace larder::test
