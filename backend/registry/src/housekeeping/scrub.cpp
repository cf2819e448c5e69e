#include "housekeeping/scrub.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <utility>

#include "random_id.hpp"

namespace larder::registry {
namespace {

using storage::BlobCheck;

constexpr const char* kName = "scrub";
constexpr std::size_t kScrubPage = 256;
constexpr std::chrono::seconds kRetry{30};
constexpr std::chrono::seconds kSaveEvery{300};
constexpr std::chrono::milliseconds kLongestTurn{200};  // before it looks whether it is to end
constexpr std::chrono::milliseconds kBurst{50};
// What opening a blob costs the disk, in bytes: many small ones keep to the rate as well.
constexpr std::size_t kOpenCost = 16 * 1024;

// "<nanoseconds> <digest, or - at the begin, or . at the end>"
std::string toText(std::chrono::system_clock::time_point begun, const std::optional<Digest>& after, bool done) {
  auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(begun.time_since_epoch()).count();
  return fmt::format("{} {}", since, done ? "." : after ? after->toString() : "-");
}

}  // namespace

Scrub::Scrub(std::shared_ptr<Context> context, std::shared_ptr<Damage> damage)
    : context_(std::move(context)), damage_(std::move(damage)), lease_(context_->shared, kName, randomId()) {}

void Scrub::start() {
  running_ = true;
  runtime::spawn(context_->runtime.blockingQueue(), "scrub", run(shared_from_this()));
}

Task<> Scrub::run(std::shared_ptr<Scrub> self) {
  while (!self->context_->stopping) {
    try {
      co_await self->step();
    } catch (const std::exception& e) {
      spdlog::error("scrub.failed error=\"{}\"", e.what());
    }
    if (!self->context_->stopping) co_await runtime::sleepFor(kLongestTurn);
  }
  if (self->round_ && self->leased_) {
    auto saved = co_await self->save();
    if (!saved) spdlog::warn("scrub.position_not_saved error=\"{}\"", saved.error().message);
    co_await self->release();
  }
  self->endJob();
  self->running_ = false;
}

// A page of a round, if one is under way or due.
Task<> Scrub::step() {
  bool asked = false;
  {
    std::lock_guard lock(mutex_);
    asked = std::exchange(asked_, false);
  }
  auto current = job();
  if (!asked && !current && (!context_->router.config()->extensions.scrub.enable || (round_ && !isDue()))) co_return;
  auto done = co_await begin(asked);
  current = job();
  if (done && asked && current && !leased_) endJob("Another daemon on this data directory is already scrubbing.");
  if (done && leased_ && current && current->cancelled()) done = co_await endRound();
  if (done && leased_ && isDue()) done = co_await readPage();
  if (done && round_ && round_->done) endJob();
  bool failed = !done && done.error().code != core::ErrorCode::Cancelled;
  if (failed) {
    if (failure_.isNews(done.error().message)) {
      spdlog::warn("scrub.interrupted error=\"{}\"", done.error().message);
    }
    retryAt_ = std::chrono::steady_clock::now() + kRetry;
    endJob(done.error().message);
  }
  if (leased_ && (failed || (done && !isDue()))) co_await release();
}

bool Scrub::isDue() const {
  return !round_->done || context_->clock.now() - round_->begun >= context_->router.config()->extensions.scrub.interval;
}

// Sees to the lease, and with a new one to where the round is.
Task<Result<void>> Scrub::begin(bool asked) {
  bool goesOn = round_ && leased_;
  if (!goesOn && !asked && std::chrono::steady_clock::now() < retryAt_) co_return Result<void>{};
  auto mine = goesOn ? co_await lease_.keep() : co_await lease_.acquire();
  leased_ = mine && *mine;
  if (!leased_) {
    round_.reset();
    retryAt_ = std::chrono::steady_clock::now() + kRetry;
    co_return mine ? Result<void>{} : Result<void>(core::fail(mine.error()));
  }
  if (!goesOn) {
    auto loaded = co_await load();
    if (!loaded) co_return loaded;
  }
  if (asked || (round_->done && isDue())) {
    auto usage = co_await context_->blobs->usage();
    if (!usage) co_return core::fail(usage.error());
    round_ = Round{context_->clock.now(), std::nullopt, false};
    blobs_ = bytes_ = damaged_ = 0;
    total_ = usage->bytes;
    spdlog::info("scrub.round_begun");
  }
  if (!round_->done) {
    std::lock_guard lock(mutex_);
    if (!job_) job_ = context_->jobs->begin(JobKind::Scrub, "", "");
  }
  co_return Result<void>{};
}

std::shared_ptr<RunningJob> Scrub::job() {
  std::lock_guard lock(mutex_);
  return job_;
}

void Scrub::endJob(const std::string& failure) {
  std::shared_ptr<RunningJob> job;
  {
    std::lock_guard lock(mutex_);
    job = std::exchange(job_, nullptr);
  }
  if (!job) return;
  if (!failure.empty()) job->fail(failure);
  job->end(context_->stopping);
}

std::vector<RecurringWork> Scrub::recurringWork() {
  bool runs = job() != nullptr;
  if (!runs && !context_->router.config()->extensions.scrub.enable) return {};
  return {{kName, Priority::Low, runs ? WorkState::Ready : WorkState::Waiting}};
}

Task<Result<Job>> Scrub::startRound(std::string by) {
  std::string id;
  {
    std::lock_guard lock(mutex_);
    if (job_) {
      co_return core::fail(core::ErrorCode::Conflict, "A scrub is already running. Cancel it, or wait until it ends.");
    }
    job_ = context_->jobs->begin(JobKind::Scrub, "", std::move(by));
    asked_ = true;
    id = job_->id();
  }
  co_return *context_->jobs->job(id);
}

// What was cancelled counts as this interval's round.
Task<Result<void>> Scrub::endRound() {
  round_->done = true;
  co_return co_await save();
}

Task<> Scrub::release() {
  leased_ = false;
  co_await lease_.release();
}

Task<Result<void>> Scrub::load() {
  auto text = co_await context_->shared->document(kName);
  if (!text) co_return core::fail(text.error());
  Round round{{}, std::nullopt, true};  // of the epoch: the next is due
  std::int64_t begun = 0;
  auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), begun);
  if (failure == std::errc() && end != text->data() + text->size()) {
    round.begun = std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::nanoseconds(begun)));
    auto place = text->substr(static_cast<std::size_t>(end - text->data()) + 1);
    round.done = place == ".";
    if (auto after = Digest::parse(place)) round.after = *after;
  }
  round_ = round;
  savedAt_ = std::chrono::steady_clock::now();
  co_return Result<void>{};
}

Task<Result<void>> Scrub::save() {
  savedAt_ = std::chrono::steady_clock::now();
  co_return co_await context_->shared->putDocument(kName, toText(round_->begun, round_->after, round_->done));
}

Task<Result<void>> Scrub::readPage() {
  auto page = co_await context_->blobs->list(round_->after, kScrubPage);
  if (!page) co_return core::fail(page.error());
  for (const auto& blob : *page) {
    auto read = co_await readBlob(blob);
    if (!read) co_return read;
    round_->after = blob.digest;
  }
  if (page->empty()) {
    round_->done = true;
    context_->metrics.scrubRoundEnded().set(
        std::chrono::duration<double>(context_->clock.now().time_since_epoch()).count());
    spdlog::info("scrub.round_ended blobs={} bytes={} damaged={}", blobs_, bytes_, damaged_);
  }
  if (page->empty() || std::chrono::steady_clock::now() - savedAt_ > kSaveEvery) co_return co_await save();
  co_return Result<void>{};
}

Task<Result<void>> Scrub::readBlob(storage::BlobInfo blob) {
  if (!co_await pace(kOpenCost)) co_return core::fail(whyItEnds());
  auto checked = co_await damage_->examine(blob.digest, [this](std::size_t bytes) { return pace(bytes); });
  if (!checked && checked.error().code == core::ErrorCode::Cancelled) co_return core::fail(whyItEnds());
  ++blobs_;
  bytes_ += blob.size;
  bool damaged = checked && *checked == BlobCheck::Damaged;
  if (auto current = job()) {
    current->progress(bytes_, total_, "bytes");
    current->count("readBlobs", 1);
    if (!checked) current->count("unreadableBlobs", 1);
    if (damaged) current->count("damagedBlobs", 1);
  }
  if (!damaged) co_return Result<void>{};
  ++damaged_;
  // Other daemons notice a change of the store, and forget what they have open.
  co_return co_await save();
}

core::Error Scrub::whyItEnds() const {
  return leaseError_.value_or(core::Error(core::ErrorCode::Cancelled, "The scrub was stopped."));
}

// False when the daemon stops, another one has taken over, or who has it cannot be told.
Task<bool> Scrub::pace(std::size_t bytes) {
  context_->metrics.scrubBytes().add(bytes);
  auto mine = co_await lease_.keep();
  leased_ = mine && *mine;
  leaseError_ = mine ? std::nullopt : std::optional(mine.error());
  if (!leased_) co_return false;
  auto rate = static_cast<double>(context_->router.config()->larder.storage.scrubRate);
  auto cost = std::chrono::duration<double>(rate > 0 ? static_cast<double>(bytes) / rate : 0);
  due_ = std::max(due_, std::chrono::steady_clock::now() - kBurst) +
         std::chrono::duration_cast<SteadyTime::duration>(cost);
  auto current = job();
  while (!context_->stopping && !(current && current->cancelled())) {
    auto wait = due_ - std::chrono::steady_clock::now();
    if (wait <= SteadyTime::duration::zero()) co_return true;
    co_await runtime::sleepFor(std::min<std::chrono::nanoseconds>(wait, kLongestTurn));
  }
  co_return false;
}

}  // namespace larder::registry
