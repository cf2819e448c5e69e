#include "polling/poll_run.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <set>
#include <span>
#include <utility>

#include "ask.hpp"
#include "attachment_tags.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

// Images at once. Small, since people's pulls go to the same upstream.
constexpr std::size_t kMostWorkers = 6;
constexpr std::size_t kMaxRepositories = 100'000;
constexpr std::size_t kMaxPolledTags = 50'000;
constexpr std::size_t kStoredPage = 1000;
constexpr std::chrono::seconds kPollListWait{60};
constexpr std::chrono::seconds kIdleLook{5};
// Before a run that gave up is followed by another one.
constexpr std::chrono::minutes kPollRetryAfter{5};

// Whether the next request would fare no better.
bool endsRun(ErrorCode code, const RouteTarget& upstream) {
  if (code == ErrorCode::NoSpace || code == ErrorCode::TooManyRequests || code == ErrorCode::UpstreamThrottled) {
    return true;
  }
  return core::isUpstreamOutage(code) && std::ranges::all_of(upstream.places, [](const auto& place) {
           return place.source->status().nextTry.has_value();
         });
}

}  // namespace

PollRun::PollRun(std::shared_ptr<Context> context, std::shared_ptr<ImageCopy> copy, std::shared_ptr<Courtesy> courtesy,
                 PolledRule rule, bool allReferrers, std::shared_ptr<RunningJob> job)
    : context_(std::move(context)),
      copy_(std::move(copy)),
      courtesy_(std::move(courtesy)),
      rule_(std::move(rule)),
      allReferrers_(allReferrers),
      job_(std::move(job)) {
  for (const auto& content : rule_.rule().content) filters_.emplace_back(content);
}

Task<PollReport> PollRun::run(WallTime startedAt) {
  auto self = shared_from_this();
  report_.startedAt = startedAt;
  auto names = co_await repositoryNames();
  if (!names) {
    note("catalog", names.error());
  } else {
    std::set<std::string> local;
    for (const auto& name : *names) {
      auto polled = rule_.repository(name);
      if (!polled || !local.insert(polled->route->repository).second) continue;
      auto repository = std::make_shared<Repository>();
      repository->polled = std::move(*polled);
      jobs_.push_back({std::move(repository), ""});
    }
    working_ = workers();
    for (std::size_t i = 0; i < workers(); ++i) {
      runtime::spawn(context_->runtime.backgroundQueue(), "poll-worker", work(shared_from_this()));
    }
  }
  while (true) {
    auto seen = changed_.version();
    {
      std::lock_guard lock(mutex_);
      if (working_ == 0) break;
    }
    co_await changed_.wait(seen, deadlineIn(kIdleLook));
  }
  report_.bytes = copy_->bytes();
  // Without an end it is begun anew by the next daemon.
  if (!context_->stopping) report_.endedAt = context_->clock.now();
  co_return report_;
}

std::size_t PollRun::workers() const {
  const auto& rule = rule_.rule();
  if (rule.reqPerSec > 0) return 1;
  return std::clamp<std::size_t>(rule.reqConcurrent / 2, 1, kMostWorkers);
}

Task<Result<std::vector<std::string>>> PollRun::repositoryNames() {
  std::vector<std::string> names;
  bool needsCatalog = false;
  for (const auto& content : rule_.rule().content) {
    std::string_view prefix = content.prefix.pattern();
    while (prefix.starts_with('/')) prefix.remove_prefix(1);
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    if (content.prefix.hasMeta()) {
      needsCatalog = true;
    } else if (!prefix.empty()) {
      names.emplace_back(prefix);
    }
  }
  if (!needsCatalog) co_return names;
  auto turn = co_await courtesy_->turn(rule_.upstream);
  if (!turn) co_return core::fail(turn.error());
  auto deadline = deadlineIn(kPollListWait);
  auto asked = co_await askInOrder<std::vector<std::string>>(
      std::span(&rule_.upstream, 1), [deadline](upstream::UpstreamSource& source, const std::string&) {
        return source.catalog(kMaxRepositories, deadline);
      });
  if (!asked.result && names.empty()) co_return core::fail(asked.result.error());
  if (!asked.result) {
    note("catalog", asked.result.error());
    co_return names;
  }
  names.insert(names.end(), std::make_move_iterator(asked.result->begin()),
               std::make_move_iterator(asked.result->end()));
  co_return names;
}

Task<> PollRun::work(std::shared_ptr<PollRun> self) {
  co_await self->workOff();
  {
    std::lock_guard lock(self->mutex_);
    --self->working_;
  }
  self->changed_.notify();
}

Task<> PollRun::workOff() {
  while (true) {
    auto seen = changed_.version();
    auto job = take();
    if (!job) {
      {
        std::lock_guard lock(mutex_);
        if (over_ || (busy_ == 0 && jobs_.empty())) co_return;
      }
      co_await changed_.wait(seen, deadlineIn(kIdleLook));
      continue;
    }
    try {
      co_await perform(std::move(*job));
    } catch (const std::exception& e) {
      note("poll", {ErrorCode::Internal, e.what()});
    }
    {
      std::lock_guard lock(mutex_);
      --busy_;
    }
    changed_.notify();
  }
}

std::optional<PollRun::Job> PollRun::take() {
  std::lock_guard lock(mutex_);
  if (context_->stopping || job_->cancelled()) over_ = true;
  if (over_ || jobs_.empty()) return std::nullopt;
  auto job = std::move(jobs_.front());
  jobs_.pop_front();
  ++busy_;
  return job;
}

Task<> PollRun::perform(Job job) {
  const auto& route = *job.repository->polled.route;
  const auto& name = route.repository;
  if (job.tag.empty() && context_->router.refuseFetch(route.names, "")) co_return;
  if (job.tag.empty()) {
    auto listed = co_await list(job.repository);
    if (!listed) note(name, listed.error());
    co_return;
  }
  auto outcome = co_await tag(job.repository, job.tag);
  bool last = false;
  std::uint64_t seen = 0, total = 0;
  {
    std::lock_guard lock(mutex_);
    seen = ++seen_;
    total = report_.tags;
    if (outcome && *outcome == Outcome::Copied) ++report_.copied;
    if (outcome && *outcome == Outcome::Skipped) ++report_.skipped;
    if (outcome && *outcome == Outcome::Unchanged) job.repository->unchanged.push_back(job.tag);
    last = --job.repository->left == 0;
  }
  job_->progress(seen, total, "tags");
  if (!outcome) note(name + ":" + job.tag, outcome.error());
  if (last) co_await finish(job.repository);
}

Task<Result<void>> PollRun::list(std::shared_ptr<Repository> repository) {
  const auto& route = *repository->polled.route;
  auto read = co_await readStored(repository);
  if (!read) co_return read;
  auto turn = co_await courtesy_->turn(route.targets.front());
  if (!turn) co_return turn;
  auto deadline = deadlineIn(kPollListWait);
  auto asked = co_await askInOrder<std::vector<std::string>>(
      route.targets, [deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.tags(name, kMaxPolledTags, deadline);
      });
  if (!asked.result) co_return core::fail(asked.result.error());
  std::vector<Job> jobs;
  for (auto& tag : *asked.result) {
    if (!core::isTag(tag)) continue;
    if (auto attached = parseAttachmentTag(tag)) {
      bool isCosigns = !attached->suffix.empty() && rule_.rule().syncLegacyCosignTags;
      if (isCosigns) repository->cosignTags[attached->image].push_back(std::move(tag));
    } else if (filters_[repository->polled.content].takes(tag)) {
      jobs.push_back({repository, std::move(tag)});
    }
  }
  {
    std::lock_guard lock(mutex_);
    ++report_.repositories;
    report_.tags += jobs.size();
    repository->left = jobs.size();
    // Before other repositories, so that few lists of tags are held at once.
    jobs_.insert(jobs_.begin(), std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end()));
  }
  changed_.notify();
  co_return Result<void>{};
}

Task<Result<void>> PollRun::readStored(std::shared_ptr<Repository> repository) {
  const auto& route = *repository->polled.route;
  auto record = co_await context_->meta->repository(route.repository);
  if (!record) co_return core::fail(record.error());
  if (!*record) co_return Result<void>{};
  if (!(*record)->origin.host.empty() && (*record)->origin != route.origin) {
    co_return core::fail(ErrorCode::Conflict,
                         "The repository mirrors another registry. Give each sync rule its own destination.",
                         route.repository);
  }
  std::string after;
  while (true) {
    auto page = co_await context_->meta->tags(route.repository, after, kStoredPage);
    if (!page) co_return core::fail(page.error());
    for (const auto& tag : *page) {
      if (storage::isMirrored(tag)) {
        repository->here.emplace(tag.name, tag.digest);
      } else {
        repository->pushed.insert(tag.name);
      }
    }
    if (page->size() < kStoredPage) co_return Result<void>{};
    after = page->back().name;
  }
}

// Its unchanged tags were confirmed: people's pulls need not ask again for a while.
Task<> PollRun::finish(std::shared_ptr<Repository> repository) {
  const auto& name = repository->polled.route->repository;
  std::vector<storage::MetaChange> checked;
  auto now = context_->clock.now();
  for (auto& tag : repository->unchanged) {
    auto digest = repository->here.at(tag);
    checked.emplace_back(storage::change::NoteChecked{name, std::move(tag), digest, now});
  }
  if (checked.empty()) co_return;
  auto noted = co_await context_->meta->apply(std::move(checked));
  if (!noted) note(name, noted.error());
}

void PollRun::note(const std::string& what, const core::Error& error) {
  if (error.code == ErrorCode::Cancelled) return;
  spdlog::debug("poll.failed what={} code={} error=\"{}\"", what, core::toString(error.code), error.message);
  std::lock_guard lock(mutex_);
  report_.fail(what + ": " + error.message);
  if (!endsRun(error.code, rule_.upstream)) return;
  over_ = true;
  report_.retryAt =
      context_->clock.now() +
      std::max<std::chrono::milliseconds>(kPollRetryAfter, error.retryAfter.value_or(std::chrono::milliseconds(0)));
}

}  // namespace larder::registry
