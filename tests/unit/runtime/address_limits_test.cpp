#include "larder/runtime/address_limits.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/manual_clock.hpp"

namespace larder::runtime {
namespace {

using namespace std::chrono_literals;

TEST(ClientNetwork, IsAnIpv4AddressOrTheFirst64BitsOfAnIpv6One) {
  EXPECT_EQ(ClientNetwork::of("2001:db8:1:2::7"), ClientNetwork::of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_NE(ClientNetwork::of("2001:db8:1:2::7"), ClientNetwork::of("2001:db8:1:3::7"));
  EXPECT_NE(ClientNetwork::of("192.0.2.1"), ClientNetwork::of("192.0.2.2"));
  EXPECT_EQ(ClientNetwork::of("192.0.2.1"), ClientNetwork::of("::ffff:192.0.2.1"));
  EXPECT_EQ(ClientNetwork::of("fe80::1%eth0"), ClientNetwork::of("fe80::2%eth0"));
  EXPECT_NE(ClientNetwork::of("::1"), ClientNetwork::of("127.0.0.1"));
  EXPECT_EQ(ClientNetwork::of(""), ClientNetwork::of("no address"));
}

std::vector<AddressShares::Place> takeAll(AddressShares& shares, std::string_view address) {
  std::vector<AddressShares::Place> places;
  while (auto place = shares.take(ClientNetwork::of(address))) places.push_back(std::move(place));
  return places;
}

TEST(AddressShares, LeavesOthersAPartOfWhatIsLeft) {
  auto shares = std::make_shared<AddressShares>(100, 75);
  auto first = takeAll(*shares, "192.0.2.1");
  EXPECT_EQ(first.size(), 75U);
  auto second = takeAll(*shares, "192.0.2.2");
  EXPECT_EQ(second.size(), 18U);
  auto third = takeAll(*shares, "2001:db8::1");
  EXPECT_EQ(third.size(), 5U);
  EXPECT_TRUE(shares->take(ClientNetwork::of("192.0.2.4")));
}

TEST(AddressShares, GivesAPlaceBackWhenItIsDestroyed) {
  auto shares = std::make_shared<AddressShares>(4, 50);
  {
    auto places = takeAll(*shares, "192.0.2.1");
    EXPECT_EQ(places.size(), 2U);
    EXPECT_EQ(shares->taken(), 2U);
    places.pop_back();
    EXPECT_TRUE(shares->take(ClientNetwork::of("192.0.2.1")));
  }
  EXPECT_EQ(shares->taken(), 0U);
}

TEST(AddressShares, HasNoMorePlacesThanItWasGivenLast) {
  auto shares = std::make_shared<AddressShares>(10, 100);
  auto places = takeAll(*shares, "192.0.2.1");
  EXPECT_EQ(places.size(), 10U);
  shares->limit(4, 100);
  EXPECT_FALSE(shares->take(ClientNetwork::of("192.0.2.2")));
  places.resize(3);
  EXPECT_TRUE(shares->take(ClientNetwork::of("192.0.2.2")));
}

TEST(AddressShares, GivesAnyoneOnePlaceWhileThereIsOne) {
  auto shares = std::make_shared<AddressShares>(1, 50);
  EXPECT_TRUE(shares->take(ClientNetwork::of("192.0.2.1")));
}

constexpr Allowance kThree{3, 10s};

TEST(AddressBudgets, GiveABurstAndThenOneAnInterval) {
  test::ManualClock clock;
  AddressBudgets budgets(64);
  auto key = budgets.key(ClientNetwork::of("192.0.2.1"));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(budgets.take(key, kThree, clock.steady())) << i;
  auto wait = budgets.take(key, kThree, clock.steady());
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, 10s);
  // A refusal costs nothing.
  EXPECT_EQ(budgets.wait(key, kThree, clock.steady()), 10s);
  clock.advance(10s);
  EXPECT_FALSE(budgets.take(key, kThree, clock.steady()));
  EXPECT_TRUE(budgets.take(key, kThree, clock.steady()));
  clock.advance(1h);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(budgets.take(key, kThree, clock.steady())) << i;
  EXPECT_TRUE(budgets.take(key, kThree, clock.steady()));
}

TEST(AddressBudgets, CountEachKeyByItself) {
  test::ManualClock clock;
  AddressBudgets budgets(64);
  auto network = ClientNetwork::of("192.0.2.1");
  auto other = ClientNetwork::of("192.0.2.2");
  for (auto key : {budgets.key(network), budgets.key(network, "alice"), budgets.key(network, "bob"),
                   budgets.key(other, "alice"), budgets.key("alice")}) {
    EXPECT_FALSE(budgets.take(key, {1, 10s}, clock.steady()));
    EXPECT_TRUE(budgets.take(key, {1, 10s}, clock.steady()));
  }
}

TEST(AddressBudgets, TakeBackWhatWasTakenInVain) {
  test::ManualClock clock;
  AddressBudgets budgets(64);
  auto key = budgets.key("alice");
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(budgets.take(key, kThree, clock.steady()));
    budgets.give(key, kThree, clock.steady());
  }
}

TEST(AddressBudgets, HaveNoLimitWithoutAnInterval) {
  AddressBudgets budgets(64);
  auto key = budgets.key("alice");
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(budgets.take(key, {1, 0s}, {}));
}

TEST(AddressBudgets, ForgetWhoIsNearestToHavingAllAgain) {
  test::ManualClock clock;
  AddressBudgets budgets(8);  // one neighbourhood
  auto worst = budgets.key("worst");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(budgets.take(worst, kThree, clock.steady()));
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(budgets.take(budgets.key("passer-by " + std::to_string(i)), kThree, clock.steady()));
  }
  EXPECT_TRUE(budgets.take(worst, kThree, clock.steady()));
}

}  // namespace
}  // namespace larder::runtime
