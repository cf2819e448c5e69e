#include "polling/poll_history.hpp"

#include <gtest/gtest.h>

namespace larder::registry {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const WallTime kStart{std::chrono::seconds(1'735'689'600)};

PollReport ended(WallTime startedAt) {
  PollReport report;
  report.startedAt = startedAt;
  report.endedAt = startedAt + minutes(1);
  return report;
}

TEST(PollHistory, ComesBackAsItWasKept) {
  auto report = ended(kStart);
  report.repositories = 2;
  report.tags = 7;
  report.copied = 3;
  report.skipped = 1;
  report.bytes = 123'456'789'012;
  report.fail("team/app:1: \xff gone");
  report.retryAt = kStart + minutes(5);
  PollHistory history;
  history.add(report);
  history.referrersCheckedAt = kStart;
  auto read = parsePollHistory(toJson(history));
  ASSERT_EQ(read.runs.size(), 1u);
  const auto& run = read.runs.front();
  EXPECT_EQ(run.startedAt, kStart);
  EXPECT_EQ(run.endedAt, report.endedAt);
  EXPECT_EQ(run.retryAt, report.retryAt);
  EXPECT_EQ(run.repositories, 2u);
  EXPECT_EQ(run.tags, 7u);
  EXPECT_EQ(run.copied, 3u);
  EXPECT_EQ(run.skipped, 1u);
  EXPECT_EQ(run.bytes, report.bytes);
  EXPECT_EQ(run.errors, 1u);
  EXPECT_EQ(run.messages.size(), 1u);
  EXPECT_EQ(read.referrersCheckedAt, kStart);
}

TEST(PollHistory, IsEmptyWhenTheTextIsNone) {
  for (const char* text : {"", "[]", "{\"runs\":1}", "{\"runs\":[{\"tags\":\"x\"}]}", "{\"runs\":[7]}"}) {
    EXPECT_TRUE(parsePollHistory(text).runs.empty()) << text;
  }
}

TEST(PollHistory, KeepsTheNewestRunsAndOneEntryForEach) {
  PollHistory history;
  for (int i = 0; i < 20; ++i) {
    PollReport begun;
    begun.startedAt = kStart + hours(i);
    history.add(begun);
    history.add(ended(begun.startedAt));
  }
  ASSERT_EQ(history.runs.size(), PollHistory::kMaxRuns);
  EXPECT_EQ(history.runs.front().startedAt, kStart + hours(19));
  EXPECT_TRUE(history.runs.back().endedAt);
}

TEST(PollHistory, KeepsFewMessagesAndCountsAll) {
  PollReport report;
  for (int i = 0; i < 100; ++i) report.fail("no");
  EXPECT_EQ(report.errors, 100u);
  EXPECT_EQ(report.messages.size(), PollReport::kMaxMessages);
}

TEST(NextPoll, FollowsAnIntervalAfterTheLastOneOrATenthEarlier) {
  PollHistory history;
  EXPECT_EQ(nextPoll(history, hours(10), 0.5), WallTime{});
  history.add(ended(kStart));
  EXPECT_EQ(nextPoll(history, hours(10), 0), kStart + hours(10));
  EXPECT_EQ(nextPoll(history, hours(10), 1), kStart + hours(9));
}

TEST(NextPoll, IsDueAfterAnInterruption) {
  PollHistory history;
  PollReport begun;
  begun.startedAt = kStart;
  history.add(begun);
  EXPECT_EQ(nextPoll(history, hours(10), 0), kStart);
}

TEST(NextPoll, ComesSoonerAfterAnOutageAndNeverLater) {
  PollHistory history;
  auto report = ended(kStart);
  report.retryAt = kStart + minutes(6);
  history.add(report);
  EXPECT_EQ(nextPoll(history, hours(10), 0), kStart + minutes(6));
  EXPECT_EQ(nextPoll(history, minutes(2), 0), kStart + minutes(2));
}

}  // namespace
}  // namespace larder::registry
