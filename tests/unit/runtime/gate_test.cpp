#include "larder/runtime/gate.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "support/run_task.hpp"

namespace larder::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SteadyTime in(milliseconds span) {
  return std::chrono::steady_clock::now() + span;
}

Task<bool> pass(Gate* gate, SteadyTime deadline) {
  auto entered = co_await gate->enter("one", deadline);
  co_return entered.has_value();
}

TEST(Gate, TellsWhoseTurnDoesNotCome) {
  Gate gate(1);
  auto held = test::runTask(gate.enter("one", in(seconds(10))));
  EXPECT_FALSE(test::runTask(pass(&gate, in(milliseconds(20)))));
  EXPECT_EQ(gate.waiting(), 0U);
  held.reset();
  EXPECT_EQ(gate.running(), 0U);
  EXPECT_TRUE(test::runTask(pass(&gate, in(seconds(10)))));
}

// The waiter's time runs out and its turn comes before it looks: the turn is used or passed on, never lost.
TEST(Gate, LosesNoTurnThatComesAsTheTimeRunsOut) {
  boost::asio::io_context context{1};
  Gate gate(1);
  auto held = test::runTask(gate.enter("one", in(seconds(10))));
  auto late = test::startOn(context.get_executor(), pass(&gate, in(milliseconds(20))));
  while (gate.waiting() < 1) context.run_one();
  std::this_thread::sleep_for(milliseconds(40));
  held.reset();
  context.run();
  late.get();
  EXPECT_EQ(gate.running(), 0U);
  EXPECT_TRUE(test::runTask(pass(&gate, in(seconds(10)))));
}

TEST(Gate, TakesATurnBackFromWhoIsDestroyedWithIt) {
  Gate gate(1);
  auto held = test::runTask(gate.enter("one", in(seconds(10))));
  {
    boost::asio::io_context context{1};
    auto lost = test::startOn(context.get_executor(), pass(&gate, in(seconds(10))));
    while (gate.waiting() < 1) context.run_one();
    held.reset();  // granted, and never run
    EXPECT_NE(lost.wait_for(seconds(0)), std::future_status::ready);
    EXPECT_EQ(gate.running(), 1U);
  }
  EXPECT_EQ(gate.running(), 0U);
}

}  // namespace
}  // namespace larder::runtime
