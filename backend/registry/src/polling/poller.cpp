#include "polling/poller.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <tuple>
#include <utility>

#include "random_id.hpp"

namespace larder::registry {
namespace {

constexpr std::size_t kMostRuns = 4;
constexpr const char* kLeaseName = "poll";
constexpr const char* kPausedPrefix = "paused-";  // before the key of the rule's history
// What a daemon that was killed keeps the others waiting.
constexpr std::chrono::seconds kLease{20};
// A run that is due at the start of the daemon begins within this, or a tenth of its interval.
constexpr std::chrono::milliseconds kStartSpread{10'000};
// How often a run asks about referrers of unchanged images too: a signature that was added later is found then.
constexpr std::chrono::hours kReferrersEvery{24};

}  // namespace

std::string documentKey(const PolledRule& rule) {
  return "poll/" + rule.rule().id;
}

Poller::Poller(std::shared_ptr<Context> context, std::shared_ptr<ManifestPull> manifests,
               std::shared_ptr<BlobPull> blobs)
    : context_(std::move(context)),
      manifests_(std::move(manifests)),
      blobs_(std::move(blobs)),
      courtesy_(std::make_shared<Courtesy>(context_, blobs_)),
      holder_(randomId()) {}

Task<> Poller::tick() {
  if (running_ > 0) std::ignore = co_await holdLease();
  for (auto& rule : context_->router.polledRules()) {
    auto key = documentKey(rule);
    auto due = co_await isDue(rule, key);
    if (!due) continue;
    auto mine = co_await holdLease();
    if (!mine) co_return;
    if (!*mine) {
      // Another daemon is at it; what it did is read then.
      std::lock_guard lock(mutex_);
      schedules_[key].due.reset();
      continue;
    }
    if (!begin(rule, key)) continue;
    runtime::spawn(context_->runtime.backgroundQueue(), "poll",
                   drive(shared_from_this(), std::move(rule), std::move(key), nullptr));
  }
}

Task<Result<bool>> Poller::holdLease() {
  auto now = context_->clock.now();
  if (leaseUntil_.load() - now > kLease / 2) co_return true;
  auto held = co_await context_->shared->acquireLease(kLeaseName, holder_, now + kLease);
  if (!held && leaseFailure_.isNews(held.error().message)) {
    spdlog::warn("poll.lease_unknown error=\"{}\"", held.error().message);
  }
  if (held) leaseFailure_.ended();
  if (held && *held) leaseUntil_ = now + kLease;
  co_return held;
}

Task<> Poller::release() {
  if (leaseUntil_.load() == WallTime{}) co_return;
  auto released = co_await context_->shared->releaseLease(kLeaseName, holder_);
  // It runs out by itself.
  if (!released) spdlog::debug("poll.lease_not_released error=\"{}\"", released.error().message);
}

Task<bool> Poller::isDue(PolledRule rule, std::string key) {
  auto interval = *rule.rule().pollInterval;
  auto now = context_->clock.now();
  bool known = false;
  {
    std::lock_guard lock(mutex_);
    auto found = schedules_.find(key);
    known = found != schedules_.end() && found->second.due.has_value();
  }
  if (!known) {
    auto history = co_await read(key);
    if (!history) co_return false;
    auto paused = co_await readPaused(key);
    if (!paused) co_return false;
    std::lock_guard lock(mutex_);
    auto& schedule = schedules_[key];
    schedule.spread = std::uniform_real_distribution<double>(0, 1)(random_);
    schedule.paused = *paused;
    auto start = std::min<std::chrono::milliseconds>(kStartSpread, interval / 10);
    auto earliest = now + std::chrono::duration_cast<std::chrono::milliseconds>(start * schedule.spread);
    schedule.due = std::max<WallTime>(earliest, nextPoll(*history, interval, schedule.spread));
  }
  std::lock_guard lock(mutex_);
  auto& schedule = schedules_[key];
  // An interval that was made shorter counts at once.
  schedule.due = std::min<WallTime>(*schedule.due, now + interval);
  co_return now >= *schedule.due && !schedule.running && !schedule.paused;
}

bool Poller::begin(const PolledRule& rule, const std::string& key) {
  std::lock_guard lock(mutex_);
  if (running_ >= kMostRuns || !busyHosts_.insert(rule.upstream.origin.host).second) return false;
  schedules_[key].running = true;
  ++running_;
  return true;
}

Task<> Poller::drive(std::shared_ptr<Poller> self, PolledRule rule, std::string key, std::shared_ptr<RunningJob> job) {
  try {
    co_await self->poll(rule, key, std::move(job));
  } catch (const std::exception& e) {
    spdlog::error("poll.broken upstream={} error=\"{}\"", rule.upstream.origin.host, e.what());
  }
  self->ended(rule, key);
}

void Poller::ended(const PolledRule& rule, const std::string& key) {
  std::lock_guard lock(mutex_);
  busyHosts_.erase(rule.upstream.origin.host);
  auto& schedule = schedules_[key];
  schedule.running = false;
  // A run that left no trace is not to follow upon itself.
  auto now = context_->clock.now();
  if (schedule.due && *schedule.due <= now) schedule.due = now + *rule.rule().pollInterval;
  --running_;
}

Result<PolledRule> Poller::find(std::size_t rule) const {
  for (auto& polled : context_->router.polledRules()) {
    if (polled.index == rule) return std::move(polled);
  }
  const auto& sync = context_->router.config()->extensions.sync;
  if (!sync || rule >= sync->registries.size()) {
    return core::fail(core::ErrorCode::NotFound, "Sync rule not found.", std::to_string(rule));
  }
  return core::fail(core::ErrorCode::Conflict, "This rule does not poll. Set pollInterval and content.",
                    sync->registries[rule].urls.front());
}

std::shared_ptr<RunningJob> Poller::announce(const PolledRule& rule, std::string by) {
  return context_->jobs->begin(JobKind::SyncRun, rule.rule().urls.front(), std::move(by));
}

Task<Result<Job>> Poller::start(std::size_t index, std::string by) {
  auto rule = find(index);
  if (!rule) co_return core::fail(rule.error());
  auto mine = co_await holdLease();
  if (!mine) co_return core::fail(mine.error());
  if (!*mine) {
    co_return core::fail(core::ErrorCode::Conflict, "Another daemon on this data directory is doing the polling.");
  }
  auto key = documentKey(*rule);
  if (!begin(*rule, key)) {
    co_return core::fail(
        core::ErrorCode::Conflict,
        "This upstream is already being polled, or too many polls are running. Try again when one has ended.",
        rule->upstream.origin.host);
  }
  auto job = announce(*rule, std::move(by));
  auto id = job->id();
  runtime::spawn(context_->runtime.backgroundQueue(), "poll",
                 drive(shared_from_this(), std::move(*rule), std::move(key), std::move(job)));
  co_return *context_->jobs->job(id);
}

Task<Result<void>> Poller::pause(std::size_t index, bool paused) {
  auto rule = find(index);
  if (!rule) co_return core::fail(rule.error());
  auto key = documentKey(*rule);
  {
    std::lock_guard lock(mutex_);
    schedules_[key].paused = paused;
  }
  // Beside the history, which a run that ends at this moment writes.
  co_return co_await context_->shared->putDocument(kPausedPrefix + key, paused ? "true" : "");
}

Task<Result<bool>> Poller::readPaused(std::string key) {
  auto text = co_await context_->shared->document(kPausedPrefix + key);
  if (!text) co_return core::fail(text.error());
  co_return *text == "true";
}

Task<Result<bool>> Poller::isPaused(std::size_t index) {
  auto rule = find(index);
  if (!rule) co_return core::fail(rule.error());
  co_return co_await readPaused(documentKey(*rule));
}

Task<Result<PollHistory>> Poller::history(std::size_t index) {
  auto rule = find(index);
  if (!rule) co_return core::fail(rule.error());
  co_return co_await read(documentKey(*rule));
}

std::optional<WallTime> Poller::nextRun(std::size_t index) {
  auto rule = find(index);
  if (!rule) return std::nullopt;
  std::lock_guard lock(mutex_);
  auto schedule = schedules_.find(documentKey(*rule));
  if (schedule == schedules_.end() || schedule->second.paused) return std::nullopt;
  return schedule->second.due;
}

std::vector<RecurringWork> Poller::recurringWork() {
  auto now = context_->clock.now();
  std::vector<RecurringWork> works;
  for (const auto& rule : context_->router.polledRules()) {
    auto key = documentKey(rule);
    std::lock_guard lock(mutex_);
    auto schedule = schedules_.find(key);
    bool known = schedule != schedules_.end();
    bool due = known && !schedule->second.paused && schedule->second.due && now >= *schedule->second.due;
    bool ready = due || (known && schedule->second.running);
    works.push_back({std::move(key), Priority::Medium, ready ? WorkState::Ready : WorkState::Waiting});
  }
  return works;
}

Task<> Poller::poll(PolledRule rule, std::string key, std::shared_ptr<RunningJob> job) {
  auto history = co_await read(key);
  if (!history) {
    if (job) job->fail(history.error().message);
    co_return;
  }
  auto startedAt = context_->clock.now();
  double spread = 0;
  {
    std::lock_guard lock(mutex_);
    auto& schedule = schedules_[key];
    spread = schedule.spread;
    // Another daemon may have polled meanwhile.
    schedule.due = nextPoll(*history, *rule.rule().pollInterval, spread);
    if (!job && *schedule.due > startedAt) co_return;
  }
  if (!job) job = announce(rule, "");
  PollReport begun;
  begun.startedAt = startedAt;
  history->add(std::move(begun));
  co_await keep(key, *history);
  bool allReferrers = startedAt - history->referrersCheckedAt >= kReferrersEvery;
  const auto& host = rule.upstream.origin.host;
  spdlog::info("poll.started upstream={} rule={}", host, rule.index);

  std::vector<std::string> platforms;
  const auto& upstreams = rule.config->larder.upstreams;
  if (auto own = upstreams.find(host); own != upstreams.end()) platforms = own->second.platforms;
  auto copy = std::make_shared<ImageCopy>(context_, manifests_, blobs_, courtesy_, std::move(platforms), job);
  auto run = std::make_shared<PollRun>(context_, std::move(copy), courtesy_, rule, allReferrers, job);
  auto report = co_await run->run(startedAt);

  if (allReferrers && report.endedAt && !report.retryAt) history->referrersCheckedAt = startedAt;
  history->add(report);
  co_await keep(key, *history);
  logEnd(rule, report);
  job->count("copied", report.copied);
  job->count("skipped", report.skipped);
  if (report.errors > 0) job->fail(report.messages.front());
  job->end(context_->stopping);
  std::lock_guard lock(mutex_);
  schedules_[key].due = nextPoll(*history, *rule.rule().pollInterval, spread);
}

void Poller::logEnd(const PolledRule& rule, const PollReport& report) {
  const auto& host = rule.upstream.origin.host;
  const char* result = !report.endedAt ? "interrupted" : report.errors > 0 ? "failed" : "ok";
  context_->metrics.polls(host, result)->add();
  context_->metrics.polledBytes(host)->add(report.bytes);
  auto level = report.errors > 0 ? spdlog::level::warn : spdlog::level::info;
  spdlog::log(level,
              "poll.ended upstream={} rule={} result={} repositories={} tags={} copied={} skipped={} bytes={} "
              "errors={} error=\"{}\"",
              host, rule.index, result, report.repositories, report.tags, report.copied, report.skipped, report.bytes,
              report.errors, report.messages.empty() ? "" : report.messages.front());
}

Task<Result<PollHistory>> Poller::read(std::string key) {
  auto text = co_await context_->shared->document(std::move(key));
  if (text) co_return parsePollHistory(*text);
  spdlog::warn("poll.history_unreadable error=\"{}\"", text.error().message);
  co_return core::fail(text.error());
}

Task<> Poller::keep(std::string key, PollHistory history) {
  auto kept = co_await context_->shared->putDocument(std::move(key), toJson(history));
  if (!kept) spdlog::warn("poll.history_not_saved error=\"{}\"", kept.error().message);
}

}  // namespace larder::registry
