// Reads everything that is stored and compares it with its digests, a round each extensions.scrub.interval and no
// faster than larder.storage.scrubRate. What becomes of what is damaged stands in damage.hpp.
//
// Of several daemons on one data directory one scrubs; where it had come to is remembered over restarts.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "context.hpp"
#include "housekeeping/damage.hpp"
#include "housekeeping/lease.hpp"
#include "recurring_work.hpp"

namespace larder::registry {

class Scrub : public std::enable_shared_from_this<Scrub> {
 public:
  Scrub(std::shared_ptr<Context> context, std::shared_ptr<Damage> damage);

  // Begins; it ends when the context stops.
  void start();
  bool running() const { return running_; }
  // A round from the begin, even if none is due or scrubbing is not enabled: JobService::start().
  Task<Result<Job>> startRound(std::string by);
  // Nothing while it is not enabled and no round runs. Any thread may ask.
  std::vector<RecurringWork> recurringWork();

 private:
  struct Round {
    std::chrono::system_clock::time_point begun{};
    std::optional<Digest> after;  // the last one that was read
    bool done = false;
  };

  static Task<> run(std::shared_ptr<Scrub> self);
  Task<> step();
  bool isDue() const;
  Task<Result<void>> begin(bool asked);
  Task<Result<void>> endRound();
  Task<> release();
  Task<Result<void>> load();
  Task<Result<void>> save();
  Task<Result<void>> readPage();
  Task<Result<void>> readBlob(storage::BlobInfo blob);
  Task<bool> pace(std::size_t bytes);
  // After pace() was false.
  core::Error whyItEnds() const;
  std::shared_ptr<RunningJob> job();
  // Ends the job of the round, if there is one.
  void endJob(const std::string& failure = {});

  std::shared_ptr<Context> context_;
  std::shared_ptr<Damage> damage_;
  std::atomic<bool> running_{false};
  std::mutex mutex_;
  std::shared_ptr<RunningJob> job_;  // of the round that runs, or is to begin
  bool asked_ = false;               // an admin wants it to begin
  // Of the coroutine:
  Lease lease_;
  bool leased_ = false;
  std::optional<core::Error> leaseError_;  // why it cannot be told who has it
  runtime::LastFailure failure_;
  std::optional<Round> round_;  // unset while another daemon may have gone on
  SteadyTime retryAt_{}, savedAt_{}, due_{};
  std::optional<std::uint64_t> total_;                 // bytes of the round, if it is read from its begin
  std::uint64_t blobs_ = 0, bytes_ = 0, damaged_ = 0;  // of this round, since the start
};

}  // namespace larder::registry
