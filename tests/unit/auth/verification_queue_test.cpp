#include "methods/htpasswd/verification_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <stdexcept>
#include <vector>

namespace larder::auth {
namespace {

using core::ErrorCode;
using core::Result;

const runtime::SteadyTime kLater = std::chrono::steady_clock::now() + std::chrono::hours(1);

// The pool and the io thread are contexts that the test turns by hand, so each step is where the test says.
class VerificationQueueTest : public testing::Test {
 protected:
  std::future<Result<bool>> start(VerificationQueue& queue, std::uint64_t key, std::function<bool()> check,
                                  std::string address = "10.0.0.1", runtime::SteadyTime deadline = kLater) {
    auto future = boost::asio::co_spawn(
        io_, queue.run(Hash128{key, 0}, std::move(address), admission_, std::move(check), deadline),
        boost::asio::use_future);
    turn(io_);
    return future;
  }
  static void turn(boost::asio::io_context& context) {
    context.restart();
    context.poll();
  }
  void finish() {
    turn(pool_);
    turn(io_);
  }
  static bool isReady(const std::future<Result<bool>>& future) {
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  static void expectBusy(std::future<Result<bool>>& future) {
    ASSERT_TRUE(isReady(future));
    auto result = future.get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::TooManyRequests);
    EXPECT_TRUE(result.error().retryAfter);
  }

  Admission admission_{[] { return false; }, [] { return Result<void>{}; }};
  boost::asio::io_context io_{1};
  boost::asio::io_context pool_{1};
};

bool yes() {
  return true;
}

TEST_F(VerificationQueueTest, GivesTheCheckersAnswer) {
  VerificationQueue queue(pool_.get_executor(), {});
  auto right = start(queue, 1, yes);
  auto wrong = start(queue, 2, [] { return false; });
  EXPECT_FALSE(isReady(right));
  finish();
  EXPECT_EQ(right.get(), true);
  EXPECT_EQ(wrong.get(), false);
}

TEST_F(VerificationQueueTest, ChecksTheSameCredentialsOnce) {
  VerificationQueue queue(pool_.get_executor(), {});
  int checks = 0;
  auto check = [&] { return ++checks > 0; };
  std::vector<std::future<Result<bool>>> waiting;
  for (int i = 0; i < 200; ++i) waiting.push_back(start(queue, 1, check, "10.0.0." + std::to_string(i)));
  finish();
  for (auto& one : waiting) EXPECT_EQ(one.get(), true);
  EXPECT_EQ(checks, 1);
  auto later = start(queue, 1, check);
  finish();
  EXPECT_EQ(later.get(), true);
  EXPECT_EQ(checks, 2);
}

TEST_F(VerificationQueueTest, OccupiesNoMoreOfThePoolThanItMay) {
  VerificationQueue queue(pool_.get_executor(), {.running = 2, .waiting = 10, .waitingPerAddress = 10});
  int depth = 0;
  int deepest = 0;
  // A check that gives every other piece of work on the pool the chance to run beside it.
  auto check = [&] {
    deepest = std::max(deepest, ++depth);
    pool_.poll();
    --depth;
    return true;
  };
  std::vector<std::future<Result<bool>>> waiting;
  for (std::uint64_t key = 0; key < 10; ++key) waiting.push_back(start(queue, key, check));
  EXPECT_EQ(pool_.poll_one(), 1U);
  finish();
  for (auto& one : waiting) EXPECT_EQ(one.get(), true);
  EXPECT_EQ(deepest, 2);
}

TEST_F(VerificationQueueTest, TurnsAFloodAway) {
  VerificationQueue queue(pool_.get_executor(), {.running = 2, .waiting = 3, .waitingPerAddress = 3});
  std::vector<std::future<Result<bool>>> waiting;
  for (std::uint64_t key = 0; key < 3; ++key) waiting.push_back(start(queue, key, yes));
  for (std::uint64_t key = 3; key < 100; ++key) {
    auto refused = start(queue, key, [] {
      ADD_FAILURE() << "ran although it was turned away";
      return true;
    });
    expectBusy(refused);
  }
  auto joins = start(queue, 1, yes);
  finish();
  for (auto& one : waiting) EXPECT_EQ(one.get(), true);
  EXPECT_EQ(joins.get(), true);
  auto afterwards = start(queue, 200, yes);
  finish();
  EXPECT_EQ(afterwards.get(), true);
}

TEST_F(VerificationQueueTest, LeavesRoomForOtherAddresses) {
  VerificationQueue queue(pool_.get_executor(), {.running = 1, .waiting = 4, .waitingPerAddress = 2});
  auto first = start(queue, 1, yes, "10.0.0.1");
  auto second = start(queue, 2, yes, "10.0.0.1");
  auto third = start(queue, 3, yes, "10.0.0.1");
  auto other = start(queue, 4, yes, "10.0.0.2");
  expectBusy(third);
  finish();
  EXPECT_EQ(first.get(), true);
  EXPECT_EQ(second.get(), true);
  EXPECT_EQ(other.get(), true);
  auto again = start(queue, 5, yes, "10.0.0.1");
  finish();
  EXPECT_EQ(again.get(), true);
}

TEST_F(VerificationQueueTest, ChecksWhoIsKnownFirstAndKeepsRoomForThem) {
  VerificationQueue queue(pool_.get_executor(),
                          {.running = 1, .waiting = 4, .waitingPerAddress = 4, .waitingStrangers = 2});
  std::string order;
  auto noting = [&order](char name) {
    return [&order, name] {
      order += name;
      return true;
    };
  };
  std::vector<std::future<Result<bool>>> answers;
  answers.push_back(start(queue, 1, noting('a')));
  answers.push_back(start(queue, 2, noting('b')));
  auto turnedAway = start(queue, 3, noting('c'));
  expectBusy(turnedAway);
  admission_.isKnown = [] { return true; };
  answers.push_back(start(queue, 4, noting('K')));
  answers.push_back(start(queue, 5, noting('L')));
  finish();
  for (auto& answer : answers) EXPECT_TRUE(answer.get().value());
  EXPECT_EQ(order, "KLab");
}

TEST_F(VerificationQueueTest, AsksOnceForAllWhoShareACheck) {
  VerificationQueue queue(pool_.get_executor(), {});
  int asked = 0;
  admission_.begin = [&asked]() -> Result<void> {
    if (++asked == 1) return {};
    return core::fail(ErrorCode::TooManyRequests, "Too many wrong log-ins.");
  };
  auto first = start(queue, 1, yes), second = start(queue, 1, yes), other = start(queue, 2, yes);
  finish();
  EXPECT_TRUE(first.get().value());
  EXPECT_TRUE(second.get().value());
  EXPECT_FALSE(other.get());
  EXPECT_EQ(asked, 2);
}

TEST_F(VerificationQueueTest, GivesUpAtTheDeadline) {
  VerificationQueue queue(pool_.get_executor(), {});
  auto late = start(queue, 1, yes, "10.0.0.1", std::chrono::steady_clock::now() - std::chrono::seconds(1));
  turn(io_);
  expectBusy(late);
}

TEST_F(VerificationQueueTest, SurvivesACheckThatThrows) {
  VerificationQueue queue(pool_.get_executor(), {});
  auto broken = start(queue, 1, []() -> bool { throw std::runtime_error("no memory"); });
  auto fine = start(queue, 2, yes);
  finish();
  auto result = broken.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::Internal);
  EXPECT_EQ(fine.get(), true);
}

TEST_F(VerificationQueueTest, FinishesWhatIsQueuedWhenItHasGone) {
  int checks = 0;
  {
    VerificationQueue queue(pool_.get_executor(), {});
    start(queue, 1, [&] { return ++checks > 0; });
  }
  finish();
  EXPECT_EQ(checks, 1);
}

}  // namespace
}  // namespace larder::auth
