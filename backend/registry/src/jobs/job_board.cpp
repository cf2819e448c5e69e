#include "jobs/job_board.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "random_id.hpp"

namespace larder::registry {
namespace {

constexpr const char* kDocument = "jobs";

}  // namespace

RunningJob::~RunningJob() {
  fail("It ended without a result; the log may say why.");
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
                   std::shared_ptr<storage::MetaMaintenance> maintenance)
    : runtime_(runtime), clock_(clock), events_(events), maintenance_(std::move(maintenance)) {}

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
    entries_.push_back({std::move(job), ++version_, handle});
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
  if (oldest != entries_.end()) entries_.erase(oldest);
}

template <class Change>
void JobBoard::change(const std::string& id, Change apply) {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find(entries_, id, [](const Entry& entry) { return entry.job.id; });
  if (found == entries_.end() || found->job.state != JobState::Running) return;
  apply(found->job);
  found->changed = ++version_;
}

void JobBoard::end(const std::string& id, bool cancelled, bool stopping) {
  std::optional<Job> ended;
  change(id, [&](Job& job) {
    job.state = cancelled            ? JobState::Cancelled
                : stopping           ? JobState::Interrupted
                : !job.error.empty() ? JobState::Failed
                                     : JobState::Succeeded;
    job.endedAt = clock_.now();
    job.step.clear();
    ended = job;
  });
  if (!ended) return;
  saveSoon();
  telemetry::Event event;
  event.time = *ended->endedAt;
  event.type = "job.ended";
  event.subject = id;
  event.message = std::string(toString(ended->kind)) + (ended->target.empty() ? "" : " of " + ended->target) + ": " +
                  toString(ended->state) + (ended->error.empty() ? "" : ". " + ended->error);
  if (ended->state == JobState::Failed) event.severity = telemetry::Severity::Warning;
  events_.publish(std::move(event));
}

bool JobBoard::isRunning(JobKind kind) const {
  return running(kind) > 0;
}

std::size_t JobBoard::running(JobKind kind) const {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(
      entries_, [kind](const Entry& entry) { return entry.job.kind == kind && entry.job.state == JobState::Running; }));
}

std::vector<Job> JobBoard::jobs() const {
  std::vector<Job> all;
  std::lock_guard lock(mutex_);
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) all.push_back(entry->job);
  return all;
}

std::optional<Job> JobBoard::job(const std::string& id) const {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find(entries_, id, [](const Entry& entry) { return entry.job.id; });
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
    auto found = std::ranges::find(entries_, id, [](const Entry& entry) { return entry.job.id; });
    if (found == entries_.end()) return core::fail(core::ErrorCode::NotFound, "There is no such job.", id);
    if (found->job.state == JobState::Running) handle = found->handle.lock();
  }
  if (!handle) return core::fail(core::ErrorCode::Conflict, "The job has ended, or runs in another daemon.", id);
  handle->cancel();
  return {};
}

runtime::Task<> JobBoard::load() {
  auto text = co_await maintenance_->document(kDocument);
  if (!text) {
    spdlog::warn("jobs.unreadable error=\"{}\"", text.error().message);
    co_return;
  }
  auto kept = parseJobs(*text);
  bool interrupted = false;
  for (auto& job : kept) {
    if (job.state != JobState::Running) continue;
    job.state = JobState::Interrupted;
    job.endedAt = clock_.now();
    job.step.clear();
    interrupted = true;
    spdlog::info("job.interrupted id={} kind={} target=\"{}\"", job.id, toString(job.kind), job.target);
  }
  {
    std::lock_guard lock(mutex_);
    std::vector<Entry> entries;
    for (auto& job : kept) entries.push_back({std::move(job), ++version_, {}});
    entries_.insert(entries_.begin(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
  }
  if (interrupted) saveSoon();
}

void JobBoard::saveSoon() {
  {
    std::lock_guard lock(mutex_);
    unsaved_ = true;
    if (std::exchange(saving_, true)) return;
  }
  runtime::spawn(runtime_.nextIo(), "jobs-save", saveAside(shared_from_this()));
}

runtime::Task<> JobBoard::saveAside(std::shared_ptr<JobBoard> self) {
  co_await self->save();
}

runtime::Task<> JobBoard::save() {
  while (true) {
    std::vector<Job> all;
    {
      std::lock_guard lock(mutex_);
      if (!std::exchange(unsaved_, false)) {
        saving_ = false;
        co_return;
      }
      for (const auto& entry : entries_) all.push_back(entry.job);
    }
    auto kept = co_await maintenance_->putDocument(kDocument, toJson(all));
    if (!kept) spdlog::warn("jobs.not_kept error=\"{}\"", kept.error().message);
  }
}

}  // namespace larder::registry
