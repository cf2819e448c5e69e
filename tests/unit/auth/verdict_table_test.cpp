#include "methods/htpasswd/verdict_table.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace larder::auth {
namespace {

using std::chrono::milliseconds;

constexpr runtime::SteadyTime kStart{std::chrono::hours(5)};
constexpr runtime::SteadyTime at(int ms) {
  return kStart + milliseconds(ms);
}

TEST(VerdictTable, KnowsNothingAtFirst) {
  VerdictTable table(16, kStart);
  EXPECT_FALSE(table.find(Hash128{}, kStart));
  EXPECT_FALSE(table.find(Hash128{1, 2}, at(1)));
}

TEST(VerdictTable, RemembersUntilTheTimeIsOver) {
  VerdictTable table(16, kStart);
  table.put({1, 2}, Verdict{7}, kStart, at(100));
  EXPECT_EQ(table.find({1, 2}, at(99)), Verdict{7});
  EXPECT_FALSE(table.find({1, 2}, at(100)));
}

TEST(VerdictTable, RemembersRefusals) {
  VerdictTable table(16, kStart);
  table.put({1, 2}, Verdict{}, kStart, at(100));
  EXPECT_EQ(table.find({1, 2}, at(99)), Verdict{});
}

TEST(VerdictTable, ComparesBothHalvesOfTheKey) {
  VerdictTable table(1, kStart);
  table.put({1, 2}, Verdict{7}, kStart, at(100));
  EXPECT_FALSE(table.find({1, 3}, kStart));
  EXPECT_FALSE(table.find({5, 2}, kStart));
}

TEST(VerdictTable, ReplacesTheVerdictOfTheSameKey) {
  VerdictTable table(4, kStart);
  table.put({1, 2}, Verdict{}, kStart, at(100));
  table.put({1, 2}, Verdict{0}, kStart, at(50));
  EXPECT_EQ(table.find({1, 2}, at(49)), Verdict{0});
  EXPECT_FALSE(table.find({1, 2}, at(50)));
}

TEST(VerdictTable, ForgetsWhatExpiresFirstWhenABucketIsFull) {
  VerdictTable table(4, kStart);
  for (std::uint64_t i = 0; i < 4; ++i) table.put({i, 1}, Verdict{1}, kStart, at(i == 2 ? 50 : 100));
  table.put({9, 1}, Verdict{1}, kStart, at(100));
  EXPECT_FALSE(table.find({2, 1}, kStart));
  for (std::uint64_t i : {0, 1, 3, 9}) EXPECT_TRUE(table.find({i, 1}, kStart)) << i;
}

TEST(VerdictTable, TellsForADayWhatWasRight) {
  VerdictTable table(4, kStart);
  table.put({1, 1}, Verdict{7}, kStart, at(100));
  table.put({2, 1}, Verdict{}, kStart, at(100));
  auto day = std::chrono::hours(24);
  EXPECT_FALSE(table.lapsed({1, 1}, at(99)));
  EXPECT_TRUE(table.lapsed({1, 1}, at(100)));
  EXPECT_TRUE(table.lapsed({1, 1}, at(99) + day));
  EXPECT_FALSE(table.lapsed({1, 1}, at(100) + day));
  EXPECT_FALSE(table.lapsed({2, 1}, at(100)));
  EXPECT_FALSE(table.lapsed({}, at(100)));
  for (std::uint64_t i = 10; i < 1000; ++i) table.put({i, 1}, Verdict{}, at(200), at(300));
  EXPECT_TRUE(table.lapsed({1, 1}, at(200)));
}

TEST(VerdictTable, LetsNoFloodOfRefusalsPushAUserOut) {
  VerdictTable table(4, kStart);
  for (std::uint64_t i = 0; i < 3; ++i) table.put({i, 1}, Verdict{1}, kStart, at(100));
  for (std::uint64_t i = 10; i < 1000; ++i) table.put({i, 1}, Verdict{}, kStart, at(200));
  for (std::uint64_t i = 0; i < 3; ++i) EXPECT_TRUE(table.find({i, 1}, kStart)) << i;
  table.put({3, 1}, Verdict{1}, kStart, at(100));
  EXPECT_EQ(table.find({3, 1}, kStart), Verdict{1});
  table.put({2000, 1}, Verdict{}, kStart, at(200));
  EXPECT_FALSE(table.find({2000, 1}, kStart));
  auto over = at(100) + VerdictTable::kLapsed;
  table.put({2000, 1}, Verdict{}, over, over + milliseconds(100));
  EXPECT_TRUE(table.find({2000, 1}, over));
}

TEST(VerdictTable, NeverMixesUpUsersWhenThreadsWriteTheSameSlots) {
  VerdictTable table(4, kStart);
  constexpr std::uint64_t kKeys = 16;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20'000; ++i) {
        std::uint64_t write = static_cast<std::uint64_t>(i * 7 + t) % kKeys;
        std::uint64_t read = static_cast<std::uint64_t>(i * 5 + t) % kKeys;
        table.put({write, ~write}, Verdict{static_cast<std::uint32_t>(write)}, kStart, at(100 + i % 3));
        auto found = table.find({read, ~read}, kStart);
        if (found && found->user != read) wrong.fetch_add(1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace larder::auth
