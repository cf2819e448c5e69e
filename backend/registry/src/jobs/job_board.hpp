// The jobs of this daemon and the last ones of the data directory, and how running ones tell what they do.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "larder/registry/job_service.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/storage/meta_maintenance.hpp"
#include "larder/telemetry/events.hpp"

namespace larder::registry {

class JobBoard;

// A job while it runs: held by its coroutine, on any thread. Without a word of its end it counts as failed.
class RunningJob {
 public:
  RunningJob(std::shared_ptr<JobBoard> board, std::string id) : board_(std::move(board)), id_(std::move(id)) {}
  ~RunningJob();
  RunningJob(const RunningJob&) = delete;
  RunningJob& operator=(const RunningJob&) = delete;

  const std::string& id() const { return id_; }
  // Somebody wants it to end.
  bool cancelled() const { return cancelled_; }
  void cancel() { cancelled_ = true; }

  void progress(std::uint64_t done, std::optional<std::uint64_t> total, const char* unit);
  void step(std::string what);
  // Adds to a figure of the result.
  void count(const std::string& what, std::uint64_t n);
  // A failure that its end will tell; the first counts.
  void fail(std::string why);
  // `stopping`: because the daemon ends.
  void end(bool stopping);

 private:
  const std::shared_ptr<JobBoard> board_;
  const std::string id_;
  std::atomic<bool> cancelled_{false};
};

// Thread-safe.
class JobBoard : public std::enable_shared_from_this<JobBoard> {
 public:
  JobBoard(runtime::Runtime& runtime, const runtime::Clock& clock, telemetry::EventHub& events,
           std::shared_ptr<storage::MetaMaintenance> maintenance);

  std::shared_ptr<RunningJob> begin(JobKind kind, std::string target, std::string by);
  bool isRunning(JobKind kind) const;
  std::size_t running(JobKind kind) const;

  std::vector<Job> jobs() const;
  std::optional<Job> job(const std::string& id) const;
  std::uint64_t version() const { return version_; }
  std::vector<Job> changedSince(std::uint64_t version) const;
  core::Result<void> cancel(const std::string& id);

  // Reads what an earlier process kept: what ran then was interrupted. Before the first begin().
  runtime::Task<> load();
  // Writes what is not kept yet.
  runtime::Task<> save();

 private:
  friend class RunningJob;
  struct Entry {
    Job job;
    std::uint64_t changed = 0;
    std::weak_ptr<RunningJob> handle;  // of this process's
  };

  template <class Change>
  void change(const std::string& id, Change apply);
  void end(const std::string& id, bool cancelled, bool stopping);
  void trim(JobKind kind);
  void saveSoon();
  static runtime::Task<> saveAside(std::shared_ptr<JobBoard> self);

  runtime::Runtime& runtime_;
  const runtime::Clock& clock_;
  telemetry::EventHub& events_;
  const std::shared_ptr<storage::MetaMaintenance> maintenance_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // the oldest first
  std::atomic<std::uint64_t> version_{0};
  bool unsaved_ = false, saving_ = false;
};

std::string toJson(const std::vector<Job>& jobs);
// What is none is left out.
std::vector<Job> parseJobs(std::string_view json);

}  // namespace larder::registry
