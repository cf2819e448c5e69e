#include "larder/auth/login_guard.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "support/manual_clock.hpp"

namespace larder::auth {
namespace {

using core::ErrorCode;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class LoginGuardTest : public testing::Test {
 protected:
  LoginGuardTest() { guard_.limit(10); }

  // How many of 100 wrong log-ins are checked.
  int guesses(const std::string& account, const std::string& address) {
    int checked = 0;
    for (int i = 0; i < 100; ++i) checked += guard_.begin(account, address).has_value();
    return checked;
  }
  bool logIn(const std::string& account, const std::string& address) {
    auto attempt = guard_.begin(account, address);
    if (attempt) guard_.succeeded(*attempt);
    return attempt.has_value();
  }

  test::ManualClock clock_;
  std::map<std::string, int, std::less<>> heldUp_;
  LoginGuard guard_{clock_, [this](std::string_view by) { ++heldUp_[std::string(by)]; }};
};

TEST_F(LoginGuardTest, ChecksSoManyGuessesAMinute) {
  EXPECT_EQ(guesses("alice", "192.0.2.1"), 10);
  EXPECT_EQ(heldUp_["address"], 90);
  clock_.advance(seconds(6));
  EXPECT_EQ(guesses("alice", "192.0.2.1"), 1);
  clock_.advance(hours(1));
  EXPECT_EQ(guesses("alice", "192.0.2.1"), 10);
}

TEST_F(LoginGuardTest, SaysHowLongToWait) {
  guesses("alice", "192.0.2.1");
  auto refused = guard_.begin("alice", "192.0.2.1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::TooManyRequests);
  EXPECT_EQ(refused.error().retryAfter, seconds(6));
  EXPECT_NE(refused.error().message.find("in 6 s"), std::string::npos);
}

TEST_F(LoginGuardTest, BoundsOneAddressOverAllAccounts) {
  int checked = 0;
  for (int i = 0; i < 100; ++i) checked += guard_.begin("user" + std::to_string(i), "2001:db8::1").has_value();
  EXPECT_EQ(checked, 30);
  // The whole /64 is one address.
  EXPECT_FALSE(guard_.begin("another", "2001:db8::abcd"));
  EXPECT_TRUE(guard_.begin("another", "2001:db8:0:1::1"));
}

TEST_F(LoginGuardTest, BoundsAllAddressesOverOneAccount) {
  int checked = 0;
  for (int i = 0; i < 100; ++i) checked += guard_.begin("alice", "192.0.2." + std::to_string(i)).has_value();
  EXPECT_EQ(checked, 30);
  EXPECT_EQ(heldUp_["account"], 70);
  EXPECT_TRUE(guard_.begin("bob", "192.0.2.1"));
}

TEST_F(LoginGuardTest, LocksNobodyOutWhereTheyHaveLoggedIn) {
  ASSERT_TRUE(logIn("alice", "198.51.100.1"));
  clock_.advance(hours(24));
  for (int i = 0; i < 200; ++i) (void)guard_.begin("alice", "192.0.2." + std::to_string(i));
  EXPECT_FALSE(logIn("alice", "198.51.100.2"));
  EXPECT_TRUE(logIn("alice", "198.51.100.1"));
  // And not because of what else comes from there.
  for (int i = 0; i < 100; ++i) (void)guard_.begin("user" + std::to_string(i), "198.51.100.1");
  EXPECT_TRUE(logIn("alice", "198.51.100.1"));
  EXPECT_TRUE(guard_.knows("alice", "198.51.100.1"));
  EXPECT_FALSE(guard_.knows("alice", "192.0.2.1"));
  clock_.advance(hours(24 * 31));
  EXPECT_FALSE(guard_.knows("alice", "198.51.100.1"));
}

TEST_F(LoginGuardTest, BoundsGuessesWhereSomeoneHasLoggedInToo) {
  ASSERT_TRUE(logIn("alice", "198.51.100.1"));
  EXPECT_EQ(guesses("alice", "198.51.100.1"), 10);
}

TEST_F(LoginGuardTest, ChargesNothingForWhatIsRight) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(logIn("alice", "198.51.100.1")) << i;
    EXPECT_TRUE(logIn("user" + std::to_string(i), "198.51.100.1")) << i;
  }
}

// Or whoever has an account could guess at others' as often as they like.
TEST_F(LoginGuardTest, ForgivesNoGuessForALogIn) {
  EXPECT_EQ(guesses("alice", "198.51.100.1"), 10);
  for (int i = 0; i < 10; ++i) logIn("mallory", "198.51.100.1");
  EXPECT_EQ(guesses("alice", "198.51.100.1"), 0);
}

TEST_F(LoginGuardTest, HasNoLimitIfThereIsNone) {
  guard_.limit(0);
  EXPECT_EQ(guesses("alice", "192.0.2.1"), 100);
  EXPECT_TRUE(heldUp_.empty());
}

}  // namespace
}  // namespace larder::auth
