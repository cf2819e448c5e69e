#include "sources/oci/breaker.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/manual_clock.hpp"

namespace larder::upstream {
namespace {

using core::Error;
using core::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class BreakerTest : public ::testing::Test {
 protected:
  void fail(ErrorCode code = ErrorCode::UpstreamUnavailable, std::optional<milliseconds> retryAfter = {}) {
    auto permit = breaker_.admit();
    ASSERT_TRUE(permit);
    Error error{code, "failed"};
    error.retryAfter = retryAfter;
    permit->failed(error);
  }
  void open() {
    for (int i = 0; i < 3; ++i) fail();
    ASSERT_EQ(breaker_.state(), BreakerState::Open);
  }

  test::ManualClock clock_;
  Breaker breaker_{"docker.io", {3, seconds(10)}, clock_};
};

TEST_F(BreakerTest, OpensAfterFailuresInARow) {
  fail();
  fail(ErrorCode::UpstreamTimeout);
  EXPECT_EQ(breaker_.state(), BreakerState::Closed);
  fail();
  EXPECT_EQ(breaker_.state(), BreakerState::Open);
  auto refused = breaker_.admit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::UpstreamUnavailable);
  EXPECT_EQ(refused.error().retryAfter, seconds(10));
  EXPECT_NE(refused.error().message.find("docker.io"), std::string::npos);
}

TEST_F(BreakerTest, StartsToCountAnewAfterASuccess) {
  for (int i = 0; i < 5; ++i) {
    fail();
    fail();
    breaker_.admit()->succeeded();
  }
  EXPECT_EQ(breaker_.state(), BreakerState::Closed);
}

TEST_F(BreakerTest, TakesStatementsAboutContentForSuccess) {
  fail();
  fail();
  fail(ErrorCode::UpstreamNotFound);
  fail();
  fail(ErrorCode::UpstreamDenied);
  fail();
  fail(ErrorCode::UpstreamInvalid);
  fail();
  EXPECT_EQ(breaker_.state(), BreakerState::Closed);
}

TEST_F(BreakerTest, LetsOneProbeThroughWhenTheTimeIsUp) {
  open();
  EXPECT_TRUE(breaker_.refusal());
  clock_.advance(seconds(10));
  EXPECT_FALSE(breaker_.refusal());
  auto probe = breaker_.admit();
  ASSERT_TRUE(probe);
  EXPECT_EQ(breaker_.state(), BreakerState::HalfOpen);
  EXPECT_FALSE(breaker_.admit()) << "one at a time";
  probe->succeeded();
  EXPECT_EQ(breaker_.state(), BreakerState::Closed);
  EXPECT_TRUE(breaker_.admit());
}

TEST_F(BreakerTest, OpensAgainWhenTheProbeFails) {
  open();
  clock_.advance(seconds(10));
  fail();
  EXPECT_EQ(breaker_.state(), BreakerState::Open);
  clock_.advance(seconds(9));
  EXPECT_FALSE(breaker_.admit());
  clock_.advance(seconds(1));
  EXPECT_TRUE(breaker_.admit());
}

TEST_F(BreakerTest, LetsAnotherProbeThroughWhenOneIsDropped) {
  open();
  clock_.advance(seconds(10));
  {
    auto dropped = breaker_.admit();
  }
  EXPECT_EQ(breaker_.state(), BreakerState::Open);
  EXPECT_TRUE(breaker_.admit());
}

TEST_F(BreakerTest, StaysOpenWhileNobodyTriesAndNamesNoTimeThatIsOver) {
  open();
  EXPECT_EQ(breaker_.nextTry(), clock_.now() + seconds(10));
  clock_.advance(minutes(1));
  EXPECT_EQ(breaker_.state(), BreakerState::Open);
  EXPECT_FALSE(breaker_.nextTry());
}

TEST(Breaker, TellsEachStateOnce) {
  test::ManualClock clock;
  std::vector<BreakerState> told;
  Breaker breaker("docker.io", {1, seconds(10)}, clock, [&](BreakerState state) { told.push_back(state); });
  breaker.admit()->succeeded();
  breaker.admit()->failed({ErrorCode::UpstreamUnavailable, "failed"});
  clock.advance(seconds(10));
  breaker.admit()->failed({ErrorCode::UpstreamUnavailable, "failed"});
  clock.advance(seconds(10));
  breaker.admit()->succeeded();
  using enum BreakerState;
  EXPECT_EQ(told, (std::vector{Open, HalfOpen, Open, HalfOpen, Closed}));
}

TEST(UpstreamState, IsDownUntilARequestHasProvedOtherwise) {
  UpstreamStatus status;
  EXPECT_EQ(stateOf(status), UpstreamState::NeverContacted);
  status.lastError = "refused";
  EXPECT_EQ(stateOf(status), UpstreamState::Down) << "nothing was ever answered";
  status.lastContact = std::chrono::system_clock::now();
  EXPECT_EQ(stateOf(status), UpstreamState::Up) << "one failure of many requests";
  status.breaker = BreakerState::Open;
  EXPECT_EQ(stateOf(status), UpstreamState::Down);
  status.breaker = BreakerState::HalfOpen;
  EXPECT_EQ(stateOf(status), UpstreamState::Recovering);
  status.breaker = BreakerState::Closed;
  status.loginRefused = true;
  EXPECT_EQ(stateOf(status), UpstreamState::Denied);
}

TEST_F(BreakerTest, LearnsNothingFromACancelledRequest) {
  for (int i = 0; i < 5; ++i) fail(ErrorCode::Cancelled);
  EXPECT_EQ(breaker_.state(), BreakerState::Closed);
  fail();
  fail();
  fail(ErrorCode::Cancelled);
  fail();
  EXPECT_EQ(breaker_.state(), BreakerState::Open) << "a cancelled request is no success either";
}

TEST_F(BreakerTest, OpensAtOnceForAThrottle) {
  fail(ErrorCode::UpstreamThrottled, seconds(30));
  auto refused = breaker_.admit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::UpstreamThrottled);
  EXPECT_EQ(refused.error().retryAfter, seconds(30));
  clock_.advance(seconds(30));
  EXPECT_TRUE(breaker_.admit());
}

TEST_F(BreakerTest, StaysOpenAsLongAsAThrottleSaysOrAMinute) {
  fail(ErrorCode::UpstreamThrottled, std::chrono::hours(20));
  clock_.advance(std::chrono::hours(20) - seconds(1));
  EXPECT_FALSE(breaker_.admit());
  clock_.advance(seconds(1));
  breaker_.admit()->succeeded();
  fail(ErrorCode::UpstreamThrottled);
  clock_.advance(seconds(59));
  EXPECT_FALSE(breaker_.admit());
  clock_.advance(seconds(1));
  EXPECT_TRUE(breaker_.admit());
}

TEST_F(BreakerTest, KeepsAPauseWhateverEarlierRequestsSay) {
  auto straggler = breaker_.admit();
  auto failing = breaker_.admit();
  fail(ErrorCode::UpstreamThrottled, minutes(5));
  straggler->succeeded();
  failing->failed({ErrorCode::UpstreamUnavailable, "failed"});
  EXPECT_EQ(breaker_.admit().error().retryAfter, minutes(5));
}

TEST_F(BreakerTest, CountsBodiesThatBrokeOff) {
  for (int i = 0; i < 3; ++i) breaker_.report({ErrorCode::UpstreamTimeout, "stood still"});
  EXPECT_EQ(breaker_.state(), BreakerState::Open);
}

TEST_F(BreakerTest, ClosesWhenSomebodyElseWasAnsweredButKeepsAPause) {
  EXPECT_FALSE(breaker_.nextTry());
  open();
  EXPECT_EQ(breaker_.nextTry(), clock_.now() + seconds(10));
  breaker_.recover();
  EXPECT_EQ(breaker_.state(), BreakerState::Closed);
  EXPECT_FALSE(breaker_.nextTry());
  fail();
  fail();
  EXPECT_EQ(breaker_.state(), BreakerState::Closed) << "it counts anew";
  fail(ErrorCode::UpstreamThrottled, minutes(5));
  breaker_.recover();
  EXPECT_EQ(breaker_.state(), BreakerState::Open);
}

}  // namespace
}  // namespace larder::upstream
