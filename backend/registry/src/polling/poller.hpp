// When the rules with a pollInterval are polled, and what has come of it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>

#include "polling/poll_run.hpp"
#include "recurring_work.hpp"

namespace larder::registry {

// Thread-safe. One run of a registry host at a time, and few altogether.
class Poller : public std::enable_shared_from_this<Poller> {
 public:
  Poller(std::shared_ptr<Context> context, std::shared_ptr<ManifestPull> manifests, std::shared_ptr<BlobPull> blobs);

  // Begins the runs that are due, if no other daemon on this data directory polls. Called about once a second, by one
  // coroutine.
  Task<> tick();
  // Lets another daemon poll. After the last tick().
  Task<> release();
  // Begins a run now, due or paused: SyncService::run().
  Task<Result<Job>> start(std::size_t rule, std::string by);
  // SyncService::pause(), isPaused() and runs().
  Task<Result<void>> pause(std::size_t rule, bool paused);
  Task<Result<bool>> isPaused(std::size_t rule);
  Task<Result<PollHistory>> history(std::size_t rule);
  // SyncService::nextRun().
  std::optional<WallTime> nextRun(std::size_t rule);
  // Each rule that is polled.
  std::vector<RecurringWork> recurringWork();
  // Runs that have not ended; once the context stops, they end soon.
  std::size_t running() const { return running_; }

 private:
  struct Schedule {
    double spread = 0;            // nextPoll()
    std::optional<WallTime> due;  // none: to be read from the store
    bool running = false;
    bool paused = false;
  };

  Task<Result<bool>> holdLease();
  Task<Result<PollHistory>> read(std::string key);
  Task<> keep(std::string key, PollHistory history);
  Task<Result<bool>> readPaused(std::string key);
  Task<bool> isDue(PolledRule rule, std::string key);
  bool begin(const PolledRule& rule, const std::string& key);
  void ended(const PolledRule& rule, const std::string& key);
  Result<PolledRule> find(std::size_t rule) const;
  // `job`: of an admin; null: it was due.
  static Task<> drive(std::shared_ptr<Poller> self, PolledRule rule, std::string key, std::shared_ptr<RunningJob> job);
  Task<> poll(PolledRule rule, std::string key, std::shared_ptr<RunningJob> job);
  std::shared_ptr<RunningJob> announce(const PolledRule& rule, std::string by);
  void logEnd(const PolledRule& rule, const PollReport& report);

  const std::shared_ptr<Context> context_;
  const std::shared_ptr<ManifestPull> manifests_;
  const std::shared_ptr<BlobPull> blobs_;
  const std::shared_ptr<Courtesy> courtesy_;
  const std::string holder_;  // of the lease
  std::atomic<std::size_t> running_{0};
  std::atomic<WallTime> leaseUntil_{WallTime{}};
  runtime::LastFailure leaseFailure_;
  std::mutex mutex_;
  std::minstd_rand random_{std::random_device{}()};
  std::map<std::string, Schedule> schedules_;  // by documentKey()
  std::set<std::string> busyHosts_;
};

// What the document with the rule's history is called. It stays as long as the rule's identity does, however the rule
// is edited.
std::string documentKey(const PolledRule& rule);

}  // namespace larder::registry
