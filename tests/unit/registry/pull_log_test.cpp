#include "pulls/pull_log.hpp"

#include <gtest/gtest.h>

#include "larder/storage/drivers.hpp"
#include "support/manual_clock.hpp"
#include "support/run_task.hpp"

namespace larder::test {
namespace {

using registry::EndedKind;
using registry::EndedOutcome;
using registry::EndedTransfer;
using registry::PullLog;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The logs of daemons on one data directory.
class PullLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<PullLog> makeLog() { return std::make_unique<PullLog>(clock_, stores_.shared); }
  // One that ends now, after `took`.
  EndedTransfer make(const std::string& reference, milliseconds took = milliseconds(10)) {
    EndedTransfer transfer;
    transfer.requestId = std::to_string(++requests_);
    bool blob = reference.starts_with("blob");
    transfer.kind = blob ? EndedKind::Blob : EndedKind::Manifest;
    transfer.reference = blob ? "sha256:" + reference : reference;
    transfer.status = 200;
    transfer.client = "10.0.0.7";
    transfer.repository = "docker.io/library/nginx";
    transfer.endedAt = clock_.now();
    transfer.startedAt = transfer.endedAt - took;
    return transfer;
  }
  EndedTransfer failure(const std::string& reference) {
    auto transfer = make(reference);
    transfer.outcome = EndedOutcome::Failed;
    transfer.status = 504;
    transfer.error = "docker.io did not answer in time.";
    return transfer;
  }
  std::size_t documents() { return threads_.run(stores_.shared->documents("transfers/")).value().size(); }

  ManualClock clock_;
  storage::MetaStores stores_ = storage::makeMemoryMetaStore();
  TestRuntime threads_;
  int requests_ = 0;
};

TEST_F(PullLogTest, MakesOnePullOfAManifestAndItsLayers) {
  auto log = makeLog();
  log->record(make("1.27"));
  clock_.advance(seconds(5));
  log->record(make("blob1", seconds(5)));
  log->record(make("blob2", seconds(4)));
  auto other = make("1.27");
  other.client = "10.0.0.8";
  log->record(other);
  auto pulls = registry::pullsOf(log->ended());
  ASSERT_EQ(pulls.size(), 2u);
  EXPECT_EQ(pulls[0].client, "10.0.0.8");
  EXPECT_EQ(pulls[1].reference, "1.27");
  EXPECT_EQ(pulls[1].transfers.size(), 3u);
  EXPECT_EQ(pulls[1].transfers.front().reference, "1.27");
  EXPECT_EQ(pulls[1].took(), milliseconds(5010));
}

TEST_F(PullLogTest, BeginsAnotherPullAfterAPauseOrWithAnotherTag) {
  auto log = makeLog();
  log->record(make("1.27"));
  log->record(make("1.28"));
  clock_.advance(seconds(60));
  log->record(make("blob1"));
  EXPECT_EQ(registry::pullsOf(log->ended()).size(), 3u);
}

TEST_F(PullLogTest, BeginsAnotherPullWithAnotherTagAfterTheLayersOfTheFirst) {
  auto log = makeLog();
  log->record(make("1.27"));
  log->record(make("blob1"));
  clock_.advance(seconds(40));
  log->record(make("blob2", seconds(39)));
  log->record(make("1.28"));
  log->record(make("blob3"));
  auto pulls = registry::pullsOf(log->ended());
  ASSERT_EQ(pulls.size(), 2u);
  EXPECT_EQ(pulls[0].reference, "1.28");
  EXPECT_EQ(pulls[0].transfers.size(), 2u);
  EXPECT_EQ(pulls[1].reference, "1.27");
  EXPECT_EQ(pulls[1].transfers.size(), 3u);
}

TEST_F(PullLogTest, BeginsAnotherPullWhenTheManifestIsAskedForAfterAFailure) {
  auto log = makeLog();
  log->record(make("1.27"));
  auto layer = make("blob1");
  layer.outcome = EndedOutcome::Failed;
  layer.status = 504;
  log->record(layer);
  clock_.advance(seconds(10));
  log->record(failure("1.27"));
  clock_.advance(seconds(20));
  log->record(make("1.27"));
  log->record(make("blob1"));
  auto pulls = registry::pullsOf(log->ended());
  ASSERT_EQ(pulls.size(), 3u);
  EXPECT_EQ(pulls[0].outcome, EndedOutcome::Served);
  EXPECT_EQ(pulls[0].took(), milliseconds(10));
  EXPECT_EQ(pulls[1].outcome, EndedOutcome::Failed);
  EXPECT_EQ(pulls[1].took(), milliseconds(10));
  EXPECT_EQ(pulls[2].outcome, EndedOutcome::Failed);
}

TEST_F(PullLogTest, CountsAFailureThatComesAgain) {
  auto log = makeLog();
  log->record(failure("1.27"));
  log->record(make("blob1"));
  clock_.advance(seconds(300));
  log->record(failure("1.27"));
  auto ended = log->ended();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].times, 2u);
  EXPECT_EQ(ended[0].endedAt, clock_.now());
  log->record(failure("1.28"));
  EXPECT_EQ(log->ended().size(), 3u);
}

TEST_F(PullLogTest, KeepsFailuresForADayAmongManyTransfers) {
  auto log = makeLog();
  log->record(failure("1.27"));
  for (std::size_t i = 0; i < PullLog::kRecent + 20; ++i) log->record(make("blob" + std::to_string(i)));
  auto ended = log->ended();
  EXPECT_EQ(ended.size(), PullLog::kRecent + 1);
  EXPECT_EQ(ended.back().outcome, EndedOutcome::Failed);
  clock_.advance(std::chrono::hours(25));
  log->record(make("later"));
  EXPECT_EQ(log->ended().size(), PullLog::kRecent);
}

TEST_F(PullLogTest, BoundsFailures) {
  auto log = makeLog();
  for (std::size_t i = 0; i < 2000; ++i) log->record(failure("v" + std::to_string(i)));
  EXPECT_LE(log->ended().size(), PullLog::kRecent + PullLog::kFailures);
  EXPECT_EQ(log->ended().front().reference, "v1999");
}

TEST_F(PullLogTest, SurvivesARestart) {
  {
    auto log = makeLog();
    auto transfer = failure("1.27");
    transfer.user = "node";
    transfer.agent = "containerd";
    transfer.upstream = "docker.io";
    transfer.waited = milliseconds(7);
    transfer.firstByte = milliseconds(15000);
    transfer.bytes = 120;
    transfer.upstreamBytes = 20;
    log->record(transfer);
    auto layer = make("blob1");
    layer.user = "node";
    log->record(layer);
    threads_.run(log->flush());
    clock_.advance(seconds(5));
    layer.requestId = "another";
    layer.endedAt = clock_.now();
    log->record(layer);
    threads_.run(log->flush());
    EXPECT_EQ(documents(), 2u);
  }
  auto log = makeLog();
  threads_.run(log->load());
  auto ended = log->ended();
  ASSERT_EQ(ended.size(), 3u);
  const auto& failed = ended.back();
  EXPECT_EQ(failed.outcome, EndedOutcome::Failed);
  EXPECT_EQ(failed.error, "docker.io did not answer in time.");
  EXPECT_EQ(failed.user, "node");
  EXPECT_EQ(failed.firstByte, milliseconds(15000));
  EXPECT_EQ(failed.upstreamBytes, 20u);
  EXPECT_EQ(failed.endedAt, clock_.now() - seconds(5));
  EXPECT_EQ(registry::pullsOf(std::move(ended)).size(), 1u);
  // Once more changes nothing.
  threads_.run(log->load());
  EXPECT_EQ(log->ended().size(), 3u);
}

TEST_F(PullLogTest, DropsDocumentsOfWhatIsForgotten) {
  auto log = makeLog();
  for (std::size_t round = 0; round < 70; ++round) {
    for (int i = 0; i < 10; ++i) log->record(make("blob" + std::to_string(round * 10 + i)));
    clock_.advance(seconds(5));
    threads_.run(log->flush());
    ASSERT_LE(documents(), 41u);
  }
  auto again = makeLog();
  threads_.run(again->load());
  EXPECT_EQ(again->ended().size(), PullLog::kRecent);
  EXPECT_EQ(again->ended().front().reference, log->ended().front().reference);
}

TEST_F(PullLogTest, PassesOverWhatItCannotRead) {
  EXPECT_TRUE(threads_.run(stores_.shared->putDocument("transfers/1-a", "no JSON")));
  EXPECT_TRUE(threads_.run(stores_.shared->putDocument("transfers/2-b", R"([{"kind":"manifest"},7])")));
  auto log = makeLog();
  threads_.run(log->load());
  EXPECT_TRUE(log->ended().empty());
  threads_.run(log->flush());
  EXPECT_EQ(documents(), 0u);
}

TEST_F(PullLogTest, CallsServedWhatWorkedInTheEnd) {
  auto log = makeLog();
  log->record(failure("1.27"));
  clock_.advance(seconds(1));
  log->record(make("1.27"));
  EXPECT_EQ(registry::pullsOf(log->ended()).at(0).outcome, EndedOutcome::Served);
  log->record(failure("blob1"));
  auto pull = registry::pullsOf(log->ended()).at(0);
  EXPECT_EQ(pull.outcome, EndedOutcome::Failed);
  EXPECT_EQ(pull.error, "docker.io did not answer in time.");
}

TEST_F(PullLogTest, RanksFailedPullsBeforeSlowOnes) {
  auto log = makeLog();
  auto add = [&](EndedTransfer transfer, const std::string& client) {
    transfer.client = client;
    log->record(std::move(transfer));
  };
  add(make("1.27"), "quick");
  auto slow = make("blob1", seconds(20));
  slow.bytes = 1 << 20;
  add(slow, "slow");
  auto late = make("1.27", seconds(2));
  late.firstByte = seconds(2);
  add(late, "late");
  add(failure("1.27"), "failed");
  auto worst = registry::worstOf(registry::pullsOf(log->ended()), 2);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].client, "failed");
  EXPECT_EQ(worst[1].client, "slow");
  EXPECT_EQ(registry::worstOf(registry::pullsOf(log->ended()), 9).size(), 3u) << "a quick pull is not among them";
}

}  // namespace
}  // namespace larder::test
