#include "jobs/job_board.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "larder/storage/drivers.hpp"
#include "support/manual_clock.hpp"
#include "support/run_task.hpp"

namespace larder::test {
namespace {

using registry::Job;
using registry::JobBoard;
using registry::JobKind;
using registry::JobService;
using registry::JobState;

// The boards of daemons on one data directory.
class JobBoardTest : public ::testing::Test {
 protected:
  std::shared_ptr<JobBoard> makeBoard() {
    return std::make_shared<JobBoard>(threads_.get(), clock_, events_, stores_.shared, metrics_);
  }
  std::vector<storage::Document> records() { return threads_.run(stores_.shared->documents("job/")).value(); }
  // Waits until that many are written, with so many of them in that state.
  bool awaitRecords(std::size_t count, JobState state, std::size_t ofState) {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
      auto written = records();
      auto found = std::ranges::count_if(written, [state](const auto& document) {
        auto record = registry::parseJob(document.content);
        return record && record->job.state == state;
      });
      if (written.size() == count && static_cast<std::size_t>(found) == ofState) return true;
      std::this_thread::yield();
    }
    return false;
  }
  static JobState stateOf(const std::shared_ptr<JobBoard>& board, const std::string& id) {
    return board->job(id).value_or(Job{}).state;
  }

  ManualClock clock_;
  telemetry::EventHub events_;
  telemetry::MetricRegistry metrics_;
  storage::MetaStores stores_ = storage::makeMemoryMetaStore();
  TestRuntime threads_;
};

TEST_F(JobBoardTest, ObservesHowLongAJobTookUnderTheNameOfZotsTask) {
  auto board = makeBoard();
  auto running = board->begin(JobKind::SyncRun, "https://example.org", "");
  clock_.advance(std::chrono::seconds(20));
  running->end(false);
  auto text = metrics_.expose();
  for (const char* line : {
           "zot_scheduler_workers_tasks_duration_seconds_bucket{name=\"SyncTask\",le=\"5\"} 0\n",
           "zot_scheduler_workers_tasks_duration_seconds_bucket{name=\"SyncTask\",le=\"30\"} 1\n",
           "zot_scheduler_workers_tasks_duration_seconds_sum{name=\"SyncTask\"} 20\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST_F(JobBoardTest, ShowsAJobFromItsBeginToItsEnd) {
  auto board = makeBoard();
  auto running = board->begin(JobKind::Gc, "", "alice");
  auto begun = board->version();
  EXPECT_EQ(board->running(JobKind::Gc), 1u);
  running->step("sweeping");
  running->progress(3, 10, "repositories");
  running->count("removedBlobs", 2);
  running->count("removedBlobs", 1);
  auto changed = board->changedSince(begun);
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].by, "alice");
  EXPECT_EQ(changed[0].step, "sweeping");
  EXPECT_EQ(changed[0].done, 3u);
  EXPECT_EQ(changed[0].total, 10u);
  EXPECT_EQ(changed[0].counts.at("removedBlobs"), 3u);
  running->end(false);
  EXPECT_EQ(stateOf(board, running->id()), JobState::Succeeded);
  EXPECT_EQ(board->running(JobKind::Gc), 0u);
  running->step("too late");
  EXPECT_EQ(board->job(running->id())->step, "");
  auto announced = events_.recent().after(0).items;
  ASSERT_EQ(announced.size(), 1u);
  EXPECT_EQ(announced[0].type, "job.ended");
  EXPECT_EQ(announced[0].subject, running->id());
  EXPECT_EQ(announced[0].message, "Garbage collection finished");
  threads_.run(board->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
}

TEST_F(JobBoardTest, TellsHowAJobEnded) {
  auto board = makeBoard();
  auto failed = board->begin(JobKind::Prefetch, "app:1", "");
  failed->fail("The upstream is away.");
  failed->fail("And more.");
  failed->end(false);
  EXPECT_EQ(stateOf(board, failed->id()), JobState::Failed);
  EXPECT_EQ(board->job(failed->id())->error, "The upstream is away.");

  auto cancelled = board->begin(JobKind::Prefetch, "app:2", "");
  ASSERT_TRUE(board->cancel(cancelled->id()));
  EXPECT_TRUE(cancelled->cancelled());
  cancelled->end(false);
  EXPECT_EQ(stateOf(board, cancelled->id()), JobState::Cancelled);
  EXPECT_EQ(board->cancel(cancelled->id()).error().code, core::ErrorCode::Conflict);
  EXPECT_EQ(board->cancel("unknown").error().code, core::ErrorCode::NotFound);

  auto stopped = board->begin(JobKind::Prefetch, "app:3", "");
  stopped->end(true);
  EXPECT_EQ(stateOf(board, stopped->id()), JobState::Interrupted);

  auto forgotten = board->begin(JobKind::Prefetch, "app:4", "")->id();
  EXPECT_EQ(stateOf(board, forgotten), JobState::Failed) << "its coroutine ended without a word";
  EXPECT_EQ(board->jobs().front().id, forgotten) << "the newest first";
  threads_.run(board->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
}

TEST_F(JobBoardTest, KeepsTheLastOfEachKindAndWhatRuns) {
  auto board = makeBoard();
  auto running = board->begin(JobKind::Gc, "", "");
  for (std::size_t i = 0; i < 2 * JobService::kKeptOfKind; ++i) board->begin(JobKind::Gc, "", "")->end(false);
  board->begin(JobKind::Scrub, "", "")->end(false);
  EXPECT_EQ(board->jobs().size(), JobService::kKeptOfKind + 1);
  EXPECT_EQ(stateOf(board, running->id()), JobState::Running);
  EXPECT_TRUE(awaitRecords(JobService::kKeptOfKind + 1, JobState::Running, 1));
  running->end(false);
  threads_.run(board->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
}

TEST_F(JobBoardTest, KnowsEndedJobsAfterARestart) {
  auto board = makeBoard();
  auto job = board->begin(JobKind::SyncRun, "https://registry.test", "alice");
  job->count("copied", 7);
  clock_.advance(std::chrono::seconds(3));
  job->end(false);
  threads_.run(board->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
  auto again = makeBoard();
  threads_.run(again->readOthers());
  auto kept = again->job(job->id());
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->state, JobState::Succeeded);
  EXPECT_EQ(kept->kind, JobKind::SyncRun);
  EXPECT_EQ(kept->target, "https://registry.test");
  EXPECT_EQ(kept->counts.at("copied"), 7u);
  EXPECT_EQ(*kept->endedAt - kept->startedAt, std::chrono::seconds(3));
}

TEST_F(JobBoardTest, LeavesTheJobsOfALivingDaemonRunning) {
  auto first = makeBoard();
  auto job = first->begin(JobKind::Scrub, "", "");
  ASSERT_TRUE(awaitRecords(1, JobState::Running, 1));
  auto second = makeBoard();
  threads_.run(second->readOthers());
  EXPECT_EQ(stateOf(second, job->id()), JobState::Running);
  EXPECT_EQ(second->running(JobKind::Scrub), 0u) << "it runs elsewhere";
  EXPECT_EQ(second->cancel(job->id()).error().code, core::ErrorCode::Conflict);

  // What each writes leaves the other's records alone.
  second->begin(JobKind::Gc, "", "")->end(false);
  ASSERT_TRUE(awaitRecords(2, JobState::Succeeded, 1));
  job->end(false);
  ASSERT_TRUE(awaitRecords(2, JobState::Succeeded, 2));
  threads_.run(first->readOthers());
  threads_.run(second->readOthers());
  EXPECT_EQ(first->jobs().size(), 2u);
  EXPECT_EQ(stateOf(second, job->id()), JobState::Succeeded);
  threads_.run(first->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
  threads_.run(second->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
}

TEST_F(JobBoardTest, CallsTheJobsOfADeadDaemonInterrupted) {
  auto first = makeBoard();
  auto job = first->begin(JobKind::Scrub, "", "");
  auto second = makeBoard();
  ASSERT_TRUE(awaitRecords(1, JobState::Running, 1));
  threads_.run(second->readOthers());
  ASSERT_EQ(stateOf(second, job->id()), JobState::Running);
  // Nobody renews its lease any more.
  threads_.run(first->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
  auto seen = second->version();
  clock_.advance(std::chrono::seconds(6));
  threads_.run(second->tick());
  EXPECT_EQ(stateOf(second, job->id()), JobState::Interrupted);
  EXPECT_EQ(second->changedSince(seen).size(), 1u);
  EXPECT_TRUE(awaitRecords(1, JobState::Interrupted, 1));
  threads_.run(second->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
}

TEST_F(JobBoardTest, SkipsWhatAnotherVersionWrote) {
  for (const char* content : {"{", "[]", "{}", R"({"kind":"new","state":"running","id":"1","startedMs":1})"}) {
    ASSERT_TRUE(threads_.run(stores_.shared->putDocument("job/1", content)));
    auto board = makeBoard();
    threads_.run(board->readOthers());
    EXPECT_TRUE(board->jobs().empty()) << content;
  }
}

}  // namespace
}  // namespace larder::test
