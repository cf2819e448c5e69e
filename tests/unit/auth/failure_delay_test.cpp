#include "failure_delay.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>

#include "support/run_task.hpp"

namespace larder::auth {
namespace {

using core::Error;
using core::ErrorCode;

const Error kFailure(ErrorCode::Unauthorized, "wrong");

TEST(FailureDelay, HoldsTheFailureBack) {
  FailureDelay delay(std::chrono::milliseconds(20), 10);
  auto before = std::chrono::steady_clock::now();
  Error error = test::runTask(delay.apply(kFailure));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(20));
  EXPECT_EQ(error.code, ErrorCode::Unauthorized);
}

TEST(FailureDelay, AnswersAtOnceWithoutADelay) {
  FailureDelay delay(std::chrono::milliseconds(0), 0);
  EXPECT_EQ(test::runTask(delay.apply(kFailure)).code, ErrorCode::Unauthorized);
}

TEST(FailureDelay, TurnsAwayWhatIsTooMuchToHoldBack) {
  boost::asio::io_context context{1};
  FailureDelay delay(std::chrono::hours(1), 2);
  auto apply = [&] { return boost::asio::co_spawn(context, delay.apply(kFailure), boost::asio::use_future); };
  auto isReady = [](const std::future<Error>& f) {
    return f.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  };
  auto first = apply();
  auto second = apply();
  auto third = apply();
  context.poll();
  EXPECT_FALSE(isReady(first));
  EXPECT_FALSE(isReady(second));
  ASSERT_TRUE(isReady(third));
  Error error = third.get();
  EXPECT_EQ(error.code, ErrorCode::TooManyRequests);
  EXPECT_EQ(error.retryAfter, std::chrono::hours(1));
}

TEST(FailureDelay, MakesRoomWhenAWaiterLeaves) {
  FailureDelay delay(std::chrono::hours(1), 1);
  {
    boost::asio::io_context left{1};
    auto first = boost::asio::co_spawn(left, delay.apply(kFailure), boost::asio::use_future);
    left.poll();
    EXPECT_NE(first.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  }
  boost::asio::io_context context{1};
  auto second = boost::asio::co_spawn(context, delay.apply(kFailure), boost::asio::use_future);
  context.poll();
  EXPECT_NE(second.wait_for(std::chrono::seconds(0)), std::future_status::ready);
}

}  // namespace
}  // namespace larder::auth
