#include "jobs/job_board.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

#include "random_id.hpp"

namespace larder::registry {
namespace {

constexpr std::string_view kRecords = "job/";  // and the id
// How long a job is shown as running after its daemon was killed.
constexpr std::chrono::seconds kTerm{15};
constexpr std::chrono::seconds kLookEvery{5};

std::string leaseOf(const std::string& owner) {
  return "jobs/" + owner;
}

std::string keyOf(const std::string& id) {
  return std::string(kRecords) + id;
}

// For readers: "Prefetch of library/redis:7 failed: no rule serves it"; records and metrics have the words of
// toString().
std::string sentenceOf(const Job& job) {
  constexpr std::array kNames{"Garbage collection", "Retention", "Scrub", "Eviction", "Poll", "Prefetch", "Import"};
  constexpr std::array kEnds{"is running", "finished", "failed", "was cancelled", "was interrupted"};
  std::string text = kNames[static_cast<std::size_t>(job.kind)];
  if (!job.target.empty()) text += " of " + job.target;
  text += std::string(" ") + kEnds[static_cast<std::size_t>(job.state)];
  return job.error.empty() ? text : text + ": " + job.error;
}

void observeDuration(telemetry::MetricRegistry& metrics, const Job& job) {
  // Those that Zot has no task like are named in its style.
  constexpr std::array kTasks{"GCTask",   "RetentionTask", "ScrubTask", "EvictionTask",
                              "SyncTask", "PrefetchTask",  "ImportTask"};
  static constexpr std::array kBounds{.05, .5, 1., 5., 30., 60., 600.};  // Zot's
  std::chrono::duration<double> took = *job.endedAt - job.startedAt;
  metrics
      .histogram("zot_scheduler_workers_tasks_duration_seconds", "Job duration by kind", kBounds,
                 {{"name", kTasks[static_cast<std::size_t>(job.kind)]}})
      ->observe(took.count());
}

}  // namespace

RunningJob::~RunningJob() {
  fail("The job ended without a result; see the log.");
  end(false);
}

void RunningJob::progress(std::uint64_t done, std::optional<std::uint64_t> total, const char* unit) {
  board_->change(id_, [&](Job& job) {
    job.done = done;
    job.total = total;
    job.unit = unit;
  });
}

void RunningJob::step(std::string what) {
  board_->change(id_, [&](Job& job) { job.step = std::move(what); });
}

void RunningJob::count(const std::string& what, std::uint64_t n) {
  if (n > 0) board_->change(id_, [&](Job& job) { job.counts[what] += n; });
}

void RunningJob::fail(std::string why) {
  board_->change(id_, [&](Job& job) {
    if (job.error.empty()) job.error = std::move(why);
  });
}

void RunningJob::end(bool stopping) {
  board_->end(id_, cancelled_, stopping);
}

JobBoard::JobBoard(runtime::Runtime& runtime, const runtime::Clock& clock, telemetry::EventHub& events,
                   std::shared_ptr<storage::SharedState> shared, telemetry::MetricRegistry& metrics)
    : runtime_(runtime),
      clock_(clock),
      events_(events),
      shared_(std::move(shared)),
      metrics_(metrics),
      owner_(randomId()),
      lease_(shared_, leaseOf(owner_), owner_, kTerm) {}

std::shared_ptr<RunningJob> JobBoard::begin(JobKind kind, std::string target, std::string by) {
  Job job;
  job.id = randomId();
  job.kind = kind;
  job.target = std::move(target);
  job.by = std::move(by);
  job.startedAt = clock_.now();
  auto handle = std::make_shared<RunningJob>(shared_from_this(), job.id);
  {
    std::lock_guard lock(mutex_);
    entries_.push_back({std::move(job), owner_, ++version_, handle, true});
    trim(kind);
  }
  saveSoon();
  return handle;
}

// A running one stays, however many have come since.
void JobBoard::trim(JobKind kind) {
  auto isOf = [kind](const Entry& entry) { return entry.job.kind == kind; };
  auto count = static_cast<std::size_t>(std::ranges::count_if(entries_, isOf));
  if (count <= JobService::kKeptOfKind) return;
  auto oldest = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return isOf(entry) && entry.job.state != JobState::Running; });
  if (oldest == entries_.end()) return;
  dropped_.push_back(oldest->job.id);
  entries_.erase(oldest);
}

template <class Change>
void JobBoard::change(const std::string& id, Change apply, bool toBeSaved) {
  std::lock_guard lock(mutex_);
  auto found = find(entries_, id);
  if (found == entries_.end() || found->job.state != JobState::Running) return;
  apply(found->job);
  found->changed = ++version_;
  found->unsaved |= toBeSaved;
}

void JobBoard::end(const std::string& id, bool cancelled, bool stopping) {
  std::optional<Job> ended;
  auto close = [&](Job& job) {
    job.state = cancelled            ? JobState::Cancelled
                : stopping           ? JobState::Interrupted
                : !job.error.empty() ? JobState::Failed
                                     : JobState::Succeeded;
    job.endedAt = clock_.now();
    job.step.clear();
    ended = job;
  };
  change(id, close, true);
  if (!ended) return;
  observeDuration(metrics_, *ended);
  saveSoon();
  telemetry::Event event;
  event.time = *ended->endedAt;
  event.type = "job.ended";
  event.subject = id;
  event.message = sentenceOf(*ended);
  if (ended->state == JobState::Failed) event.severity = telemetry::Severity::Warning;
  events_.publish(std::move(event));
}

std::size_t JobBoard::running(JobKind kind) const {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [&](const Entry& entry) { return entry.job.kind == kind && runsHere(entry); }));
}

bool JobBoard::runsAny() const {
  return std::ranges::any_of(entries_, [this](const Entry& entry) { return runsHere(entry); });
}

std::vector<Job> JobBoard::jobs() const {
  std::vector<Job> all;
  std::lock_guard lock(mutex_);
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) all.push_back(entry->job);
  return all;
}

std::optional<Job> JobBoard::job(const std::string& id) const {
  std::lock_guard lock(mutex_);
  auto found = find(entries_, id);
  return found == entries_.end() ? std::nullopt : std::optional(found->job);
}

std::vector<Job> JobBoard::changedSince(std::uint64_t version) const {
  std::vector<Job> changed;
  std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (entry.changed > version) changed.push_back(entry.job);
  }
  return changed;
}

core::Result<void> JobBoard::cancel(const std::string& id) {
  std::shared_ptr<RunningJob> handle;
  {
    std::lock_guard lock(mutex_);
    auto found = find(entries_, id);
    if (found == entries_.end()) return core::fail(core::ErrorCode::NotFound, "Job not found.", id);
    if (found->job.state == JobState::Running) handle = found->handle.lock();
  }
  if (!handle) return core::fail(core::ErrorCode::Conflict, "The job has ended, or is running in another daemon.", id);
  handle->cancel();
  return {};
}

runtime::Task<> JobBoard::readOthers() {
  lookedAt_ = clock_.steady();
  auto documents = co_await shared_->documents(std::string(kRecords));
  if (!documents) {
    spdlog::warn("jobs.unreadable error=\"{}\"", documents.error().message);
    co_return;
  }
  merge(*documents);
  for (const auto& owner : othersRunning()) {
    // Who gets the lease of a daemon has proved that it is no more.
    Lease its(shared_, leaseOf(owner), owner_, kTerm);
    auto mine = co_await its.acquire();
    if (!mine || !*mine) continue;
    interrupt(owner);
    co_await its.release();
  }
}

void JobBoard::merge(const std::vector<storage::Document>& documents) {
  std::lock_guard lock(mutex_);
  std::set<std::string> kept;
  for (const auto& document : documents) {
    auto record = parseJob(document.content);
    if (!record || record->owner == owner_ || std::ranges::count(dropped_, record->job.id) > 0) continue;
    kept.insert(record->job.id);
    auto known = find(entries_, record->job.id);
    if (known == entries_.end()) {
      auto next = std::ranges::upper_bound(entries_, record->job.startedAt, {},
                                           [](const Entry& entry) { return entry.job.startedAt; });
      entries_.insert(next, {std::move(record->job), std::move(record->owner), ++version_});
    } else if (known->job.state != record->job.state && !known->unsaved) {
      known->job = std::move(record->job);
      known->changed = ++version_;
    }
  }
  std::erase_if(entries_, [&](const Entry& entry) { return entry.owner != owner_ && !kept.contains(entry.job.id); });
}

std::vector<std::string> JobBoard::othersRunning() const {
  std::set<std::string> owners;
  std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (entry.owner != owner_ && entry.job.state == JobState::Running) owners.insert(entry.owner);
  }
  return {owners.begin(), owners.end()};
}

void JobBoard::interrupt(const std::string& owner) {
  {
    std::lock_guard lock(mutex_);
    for (auto& entry : entries_) {
      if (entry.owner != owner || entry.job.state != JobState::Running) continue;
      entry.job.state = JobState::Interrupted;
      entry.job.endedAt = clock_.now();
      entry.changed = ++version_;
      entry.unsaved = true;
      spdlog::info("job.interrupted id={} kind={} target=\"{}\"", entry.job.id, toString(entry.job.kind),
                   entry.job.target);
    }
  }
  saveSoon();
}

runtime::Task<> JobBoard::tick() {
  bool runs = false;
  {
    std::lock_guard lock(mutex_);
    runs = renew_ = runsAny();
  }
  if (runs) saveSoon();
  bool due = !lookedAt_ || clock_.steady() - *lookedAt_ >= kLookEvery;
  if (due && !othersRunning().empty()) co_await readOthers();
}

void JobBoard::saveSoon() {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(saving_, true)) return;
  }
  runtime::spawn(runtime_.backgroundQueue(), "jobs-save", save(shared_from_this()));
}

std::optional<JobBoard::Unsaved> JobBoard::takeUnsaved() {
  Unsaved unsaved;
  std::lock_guard lock(mutex_);
  for (auto& entry : entries_) {
    if (!std::exchange(entry.unsaved, false)) continue;
    unsaved.records.push_back({keyOf(entry.job.id), toJson(entry.job, entry.owner)});
  }
  for (const auto& id : dropped_) unsaved.records.push_back({keyOf(id), ""});
  dropped_.clear();
  unsaved.runs = runsAny();
  saving_ = std::exchange(renew_, false) || !unsaved.records.empty();
  return saving_ ? std::optional(std::move(unsaved)) : std::nullopt;
}

runtime::Task<> JobBoard::save(std::shared_ptr<JobBoard> self) {
  while (auto unsaved = self->takeUnsaved()) {
    // Before a record says "running": another daemon that reads it asks for the lease.
    // Without it the records are told to the others all the same; they take the job for interrupted.
    if (unsaved->runs) std::ignore = co_await self->lease_.keep();
    for (auto& record : unsaved->records) {
      auto kept = co_await self->shared_->putDocument(std::move(record.key), std::move(record.content));
      if (!kept && self->failure_.isNews(kept.error().message)) {
        spdlog::warn("jobs.not_saved error=\"{}\"", kept.error().message);
      }
      if (kept) self->failure_.ended();
    }
  }
}

runtime::Task<> JobBoard::stop(runtime::SteadyTime deadline) {
  saveSoon();
  auto isSaving = [this] {
    std::lock_guard lock(mutex_);
    return saving_;
  };
  while (isSaving() && std::chrono::steady_clock::now() < deadline) {
    co_await runtime::sleepFor(std::chrono::milliseconds(10));
  }
  if (!isSaving()) co_await lease_.release();
}

}  // namespace larder::registry
