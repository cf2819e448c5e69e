#include "sources/oci/request_budget.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace larder::upstream {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class RequestBudgetTest : public ::testing::Test {
 protected:
  bool take() { return budget.take(clock.steady()).has_value(); }

  test::ManualClock clock;
  RequestBudget budget{"docker.io"};
};

TEST_F(RequestBudgetTest, IsUnlimitedUnlessToldOtherwise) {
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(take());
  EXPECT_FALSE(budget.state(clock.steady()));
}

TEST_F(RequestBudgetTest, AllowsItsNumberInAnyHour) {
  budget.limitTo(3);
  EXPECT_TRUE(take());
  clock.advance(minutes(30));
  EXPECT_TRUE(take() && take());
  auto refused = budget.take(clock.steady());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::UpstreamThrottled);
  EXPECT_NE(refused.error().message.find("requestBudget"), std::string::npos);
  EXPECT_EQ(refused.error().retryAfter, minutes(30));
  EXPECT_EQ(budget.state(clock.steady())->left, 0u);

  clock.advance(minutes(30));
  EXPECT_EQ(budget.state(clock.steady())->left, 1u);
  EXPECT_TRUE(take());
  EXPECT_FALSE(take());
  clock.advance(minutes(30));
  EXPECT_EQ(budget.state(clock.steady())->left, 2u);
}

TEST_F(RequestBudgetTest, CountsOnWhenTheLimitChanges) {
  budget.limitTo(10);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(take());
  budget.limitTo(4);
  EXPECT_FALSE(take());
  budget.limitTo(6);
  EXPECT_TRUE(take());
  EXPECT_FALSE(take());
  clock.advance(minutes(61));
  EXPECT_EQ(budget.state(clock.steady())->left, 6u);
}

}  // namespace
}  // namespace larder::upstream
