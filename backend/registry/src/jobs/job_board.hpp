// The jobs of all daemons on the data directory, and how running ones tell what they do.
//
// zot_scheduler_workers_tasks_duration_seconds{name}: how long the jobs of this daemon took, under the names of Zot's
// tasks.
//
// Each job is a record of its own in the store, written by the daemon that runs it. While a daemon has one that runs it
// keeps a lease of its own, so that the others know whether a record that says "running" still tells the truth.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "housekeeping/lease.hpp"
#include "larder/registry/job_service.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/storage/shared_state.hpp"
#include "larder/telemetry/events.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::registry {

class JobBoard;

class RunningJob final : public JobHandle {
 public:
  RunningJob(std::shared_ptr<JobBoard> board, std::string id) : board_(std::move(board)), id_(std::move(id)) {}
  ~RunningJob() override;
  RunningJob(const RunningJob&) = delete;
  RunningJob& operator=(const RunningJob&) = delete;

  const std::string& id() const { return id_; }
  bool cancelled() const override { return cancelled_; }
  void cancel() { cancelled_ = true; }

  void progress(std::uint64_t done, std::optional<std::uint64_t> total, const char* unit) override;
  void step(std::string what);
  void count(const std::string& what, std::uint64_t n) override;
  void fail(std::string why) override;
  void end(bool stopping) override;

 private:
  const std::shared_ptr<JobBoard> board_;
  const std::string id_;
  std::atomic<bool> cancelled_{false};
};

// Thread-safe.
class JobBoard : public std::enable_shared_from_this<JobBoard> {
 public:
  JobBoard(runtime::Runtime& runtime, const runtime::Clock& clock, telemetry::EventHub& events,
           std::shared_ptr<storage::SharedState> shared, telemetry::MetricRegistry& metrics);

  std::shared_ptr<RunningJob> begin(JobKind kind, std::string target, std::string by);
  // Of those that this daemon runs.
  std::size_t running(JobKind kind) const;

  std::vector<Job> jobs() const;
  std::optional<Job> job(const std::string& id) const;
  std::uint64_t version() const { return version_; }
  std::vector<Job> changedSince(std::uint64_t version) const;
  core::Result<void> cancel(const std::string& id);

  // Takes over what other daemons have written; jobs of a daemon that is no more were interrupted. For one coroutine.
  runtime::Task<> readOthers();
  // About every second: keeps this daemon's lease, and looks whether those that run jobs elsewhere are still there.
  // For the coroutine of readOthers().
  runtime::Task<> tick();
  // When all have ended: waits until everything is written, and no longer than that.
  runtime::Task<> stop(runtime::SteadyTime deadline);

 private:
  friend class RunningJob;
  struct Entry {
    Job job;
    std::string owner;  // the daemon that runs it
    std::uint64_t changed = 0;
    std::weak_ptr<RunningJob> handle = {};  // of this process's
    bool unsaved = false;
  };

  struct Unsaved {
    std::vector<storage::Document> records;
    bool runs = false;  // this daemon has a job that runs
  };

  static auto find(auto& entries, const std::string& id) {
    return std::ranges::find(entries, id, [](const Entry& entry) -> const std::string& { return entry.job.id; });
  }
  bool runsHere(const Entry& entry) const { return entry.owner == owner_ && entry.job.state == JobState::Running; }
  template <class Change>
  void change(const std::string& id, Change apply, bool toBeSaved = false);
  void end(const std::string& id, bool cancelled, bool stopping);
  void trim(JobKind kind);
  void merge(const std::vector<storage::Document>& documents);
  std::vector<std::string> othersRunning() const;
  void interrupt(const std::string& owner);
  bool runsAny() const;

  void saveSoon();
  static runtime::Task<> save(std::shared_ptr<JobBoard> self);
  // What is to be written next; nothing, and not saving any more, if all is.
  std::optional<Unsaved> takeUnsaved();

  runtime::Runtime& runtime_;
  const runtime::Clock& clock_;
  telemetry::EventHub& events_;
  const std::shared_ptr<storage::SharedState> shared_;
  telemetry::MetricRegistry& metrics_;
  const std::string owner_;  // this daemon
  runtime::LastFailure failure_;
  Lease lease_;  // of save(), and of stop() after it
  std::optional<runtime::SteadyTime> lookedAt_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;        // the oldest first
  std::vector<std::string> dropped_;  // ids whose records are to be removed
  std::atomic<std::uint64_t> version_{0};
  bool renew_ = false, saving_ = false;
};

// A job as it is kept in the store, with the daemon that runs it.
struct JobRecord {
  Job job;
  std::string owner;
};
std::string toJson(const Job& job, const std::string& owner);
// Nothing for what another version wrote.
std::optional<JobRecord> parseJob(std::string_view json);

}  // namespace larder::registry
