#include "sources/oci/rate_gate.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "support/results.hpp"
#include "support/run_task.hpp"

namespace larder::upstream {
namespace {

using core::ErrorCode;
using core::Result;
using runtime::SteadyTime;
using runtime::Task;
using std::chrono::milliseconds;
using std::chrono::seconds;

SteadyTime in(milliseconds span) {
  return std::chrono::steady_clock::now() + span;
}

TEST(RateGate, LetsInAsManyAsAllowed) {
  RateGate gate("docker.io", 2, 0);
  auto first = test::valueOf(test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(5)))));
  {
    auto second = test::valueOf(test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(5)))));
    EXPECT_EQ(gate.running(), 2U);
    auto third = test::runTask(gate.enter("one", RateGate::Kind::Short, in(milliseconds(20))));
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, ErrorCode::UpstreamTimeout);
    EXPECT_NE(third.error().message.find("reqConcurrent"), std::string::npos);
    EXPECT_EQ(gate.waiting(), 0U) << "who gives up leaves the queue";
  }
  EXPECT_EQ(gate.running(), 1U);
  test::valueOf(test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(5)))));
}

Task<Result<void>> take(RateGate* gate, std::vector<int>* order, int number, std::string what = "one") {
  auto pass = co_await gate->enter(std::move(what), RateGate::Kind::Short, in(seconds(20)));
  if (!pass) co_return core::fail(pass.error());
  order->push_back(number);
  co_return Result<void>{};
}

// In which order they are let in, one at a time, who began to wait in that of `things`.
std::vector<int> orderOf(const std::vector<std::string>& things) {
  boost::asio::io_context context{1};
  RateGate gate("docker.io", 1, 0);
  auto held =
      std::make_optional(test::valueOf(test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(5))))));
  std::vector<int> order;
  std::vector<std::future<Result<void>>> done;
  for (const auto& thing : things) {
    auto number = static_cast<int>(done.size());
    done.push_back(test::startOn(context.get_executor(), take(&gate, &order, number, thing)));
  }
  while (gate.waiting() < things.size()) context.run_one();
  held.reset();
  context.run();
  for (auto& one : done) test::valueOf(one.get());
  EXPECT_EQ(gate.running(), 0U);
  EXPECT_EQ(gate.waiting(), 0U);
  return order;
}

TEST(RateGate, ServesInOrder) {
  EXPECT_EQ(orderOf({"one", "one", "one", "one", "one"}), (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(RateGate, GivesEachThingItsTurn) {
  EXPECT_EQ(orderOf({"large", "large", "large", "large", "small", "small", "other"}),
            (std::vector<int>{0, 4, 6, 1, 5, 2, 3}));
}

TEST(RateGate, LeavesSomeTurnsToShortRequests) {
  RateGate gate("docker.io", 8, 0);
  std::vector<RateGate::Pass> streams;
  for (int i = 0; i < 7; ++i) {
    streams.push_back(test::valueOf(test::runTask(gate.enter("large", RateGate::Kind::Stream, in(seconds(5))))));
  }
  EXPECT_FALSE(test::runTask(gate.enter("large", RateGate::Kind::Stream, in(milliseconds(20)))));
  EXPECT_TRUE(test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(5)))));
}

TEST(RateGate, PassesThePlaceOfADestroyedWaiterOn) {
  RateGate gate("docker.io", 1, 0);
  auto held =
      std::make_optional(test::valueOf(test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(5))))));
  std::vector<int> order;
  {
    boost::asio::io_context context{1};
    auto lost = test::startOn(context.get_executor(), take(&gate, &order, 1));
    while (gate.waiting() < 1) context.run_one();
    EXPECT_NE(lost.wait_for(seconds(0)), std::future_status::ready);
  }
  EXPECT_EQ(gate.waiting(), 0U);
  held.reset();
  test::valueOf(test::runTask(take(&gate, &order, 2)));
  EXPECT_EQ(order, std::vector<int>{2});
}

TEST(RateGate, SpacesRequestsAfterABurst) {
  RateGate gate("docker.io", 100, 50);
  auto begun = std::chrono::steady_clock::now();
  // A second's worth may start at once: a start that lies ahead would be refused.
  for (int i = 0; i < 50; ++i)
    test::valueOf(test::runTask(gate.enter("one", RateGate::Kind::Short, in(milliseconds(0)))));
  for (int i = 0; i < 10; ++i) test::valueOf(test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(5)))));
  auto all = std::chrono::steady_clock::now() - begun;
  EXPECT_GE(all, milliseconds(190));
}

TEST(RateGate, DoesNotWaitForAStartBeyondTheDeadline) {
  RateGate gate("docker.io", 100, 0.1);
  test::valueOf(test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(1)))));
  auto late = test::runTask(gate.enter("one", RateGate::Kind::Short, in(seconds(1))));
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message.find("reqPerSec"), std::string::npos);
  EXPECT_EQ(gate.running(), 0U);
}

}  // namespace
}  // namespace larder::upstream
