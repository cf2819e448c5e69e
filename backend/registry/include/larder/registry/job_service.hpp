// Long work that an admin starts or that is due by itself: what runs, how far it is, what came of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "larder/core/reference.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::registry {

enum class JobKind : std::uint8_t { Gc, Retention, Scrub, Eviction, SyncRun, Prefetch, Import };
enum class JobState : std::uint8_t {
  Running,
  Succeeded,
  Failed,
  Cancelled,
  Interrupted,  // the daemon ended meanwhile
};
const char* toString(JobKind kind);    // "gc", "syncRun"
const char* toString(JobState state);  // "running"
std::optional<JobKind> parseJobKind(std::string_view text);
std::optional<JobState> parseJobState(std::string_view text);

struct Job {
  std::string id;
  JobKind kind = JobKind::Gc;
  JobState state = JobState::Running;
  std::string target;  // an image, a rule's URL; "": everything
  std::string by;      // the user; "": it was due, or nobody has to log in
  storage::WallTime startedAt{};
  std::optional<storage::WallTime> endedAt;
  std::uint64_t done = 0;
  std::optional<std::uint64_t> total;           // none: not known
  std::string unit;                             // of both: "bytes", "repositories", "tags"
  std::string step;                             // what it does now, "" where it has none
  std::map<std::string, std::uint64_t> counts;  // the result so far: removedTags, freedBytes
  std::string error;
};

struct PrefetchOrder {
  std::string repository;
  core::Reference reference;
  std::string ns;                      // as in a pull, "" if none
  std::vector<std::string> platforms;  // "linux/arm64"; none: all
};

// A job while it runs: held by whoever does the work, on any thread. Without a word of its end it counts as failed.
class JobHandle {
 public:
  virtual ~JobHandle() = default;
  // Somebody wants it to end.
  virtual bool cancelled() const = 0;
  virtual void progress(std::uint64_t done, std::optional<std::uint64_t> total, const char* unit) = 0;
  // Adds to a figure of the result.
  virtual void count(const std::string& what, std::uint64_t n) = 0;
  // A failure that its end will tell; the first counts.
  virtual void fail(std::string why) = 0;
  // `stopping`: because the daemon ends.
  virtual void end(bool stopping) = 0;
};

// Thread-safe. Jobs outlive the process that ran them: kKeptOfKind of each kind are kept in the store. Those of other
// daemons on the data directory are shown too, without their progress.
class JobService {
 public:
  static constexpr std::size_t kKeptOfKind = 20;

  virtual ~JobService() = default;
  // The newest first.
  virtual std::vector<Job> jobs() const = 0;
  virtual std::optional<Job> job(const std::string& id) const = 0;
  // Moves on with each change of a job.
  virtual std::uint64_t version() const = 0;
  // Those that have changed since version() was `version`, as they are now.
  virtual std::vector<Job> changedSince(std::uint64_t version) const = 0;
  // Gc, Retention, Scrub, Eviction: begins one, and does not wait for its end. Conflict if one of that kind runs, here
  // or in another daemon on this data directory, or there is nothing to do. Unsupported for the other kinds.
  virtual runtime::Task<core::Result<Job>> start(JobKind kind, std::string by) = 0;
  // Shows work that somebody else has begun and does, among the jobs.
  virtual std::shared_ptr<JobHandle> follow(JobKind kind, std::string target) = 0;
  // Fetches an image with all that it names. NameUnknown if no rule serves it; Conflict while too many run.
  virtual runtime::Task<core::Result<Job>> prefetch(PrefetchOrder order, std::string by) = 0;
  // It ends at its next step; what it did stays. NotFound; Conflict if it has ended, or another daemon runs it.
  virtual core::Result<void> cancel(const std::string& id) = 0;
};

}  // namespace larder::registry
