#include "housekeeping/garbage_collector.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>

#include "housekeeping/blob_removal.hpp"
#include "housekeeping/pace.hpp"
#include "housekeeping/repository_view.hpp"
#include "housekeeping/retention.hpp"

namespace larder::registry {
namespace {

class Collection {
 public:
  Collection(std::shared_ptr<Context> context, Lease& lease, RunningJob& job)
      : context_(std::move(context)),
        job_(job),
        config_(context_->router.config()),
        rules_(config_->storage),
        pace_(*context_, lease, job) {}

  Task<> run(bool contentToo) {
    bool dryRun = config_->storage.retention && config_->storage.retention->dryRun;
    if (!co_await repositories(dryRun) || dryRun || !contentToo) co_return;
    job_.step("links");
    if (!co_await links()) co_return;
    job_.step("blobs");
    co_await files();
  }

 private:
  // Each is false if the run is to end.
  Task<bool> repositories(bool dryRun);
  Task<bool> links();
  Task<bool> files();

  Task<Result<void>> repository(std::string name, bool dryRun);
  Task<Result<void>> remove(RepositoryView view, std::vector<Removal> removals);
  static storage::Outdated outdated(const RepositoryView& view, std::span<const Removal> removals);
  static void logRemovals(const std::string& repository, std::span<const Removal> removals,
                          const storage::Collected& collected);
  void failed(const core::Error& error);
  storage::WallTime oldest() const { return context_->clock.now() - config_->storage.gcDelay; }

  std::shared_ptr<Context> context_;
  RunningJob& job_;
  config::Snapshot config_;
  RetentionRules rules_;
  Pace pace_;
};

void Collection::failed(const core::Error& error) {
  spdlog::warn("gc.failed error=\"{}\"", error.message);
  job_.fail(error.message);
}

Task<bool> Collection::repositories(bool dryRun) {
  std::string after;
  std::uint64_t looked = 0;
  while (true) {
    auto names = co_await context_->meta->repositories(after, Pace::kStep);
    if (!names) {
      failed(names.error());
      co_return false;
    }
    if (names->empty()) co_return true;
    for (auto& name : *names) {
      auto done = co_await repository(name, dryRun);
      context_->metrics.gcRuns(!done).add();
      if (!done) {
        spdlog::warn("gc.failed repository={} error=\"{}\"", name, done.error().message);
        job_.fail(name + ": " + done.error().message);
      }
      job_.progress(++looked, std::nullopt, "repositories");
      if (!co_await pace_.next()) co_return false;
      after = std::move(name);
    }
  }
}

Task<Result<void>> Collection::repository(std::string name, bool dryRun) {
  // What was pulled until now counts.
  context_->collectPulls();
  co_await context_->pulls.flush();
  auto view = co_await viewRepository(context_, std::move(name));
  if (!view) co_return core::fail(view.error());
  if (!*view) co_return Result<void>{};
  auto removals = rules_.decide(**view, context_->clock.now());
  if (!dryRun) co_return co_await remove(std::move(**view), std::move(removals));
  for (const auto& removal : removals) {
    spdlog::info("gc.would_remove repository={} tag={} digest={} reason=\"{}\"", (*view)->name, removal.tag,
                 removal.digest.toString(), removal.reason);
  }
  co_return Result<void>{};
}

Task<Result<void>> Collection::remove(RepositoryView view, std::vector<Removal> removals) {
  std::span<const Removal> left = removals;
  while (!left.empty()) {
    auto some = left.first(std::min(left.size(), Pace::kStep));
    left = left.subspan(some.size());
    auto collected = co_await context_->maintenance->collect(outdated(view, some));
    if (!collected) co_return core::fail(collected.error());
    logRemovals(view.name, some, *collected);
    context_->metrics.gcManifests().add(collected->manifests.size());
    job_.count("removedTags", collected->tags.size());
    job_.count("removedManifests", collected->manifests.size());
    context_->sizes.changed(view.name);
    context_->forgetRepository(view.name);
    if (!left.empty() && !co_await pace_.next()) break;
  }
  co_return Result<void>{};
}

storage::Outdated Collection::outdated(const RepositoryView& view, std::span<const Removal> removals) {
  storage::Outdated outdated{view.name, {}, {}};
  for (const auto& removal : removals) {
    if (removal.tag.empty()) {
      outdated.manifests.push_back(
          *std::ranges::lower_bound(view.manifests, removal.digest, {}, &storage::ManifestRecord::digest));
    } else {
      outdated.tags.push_back(*std::ranges::lower_bound(view.tags, removal.tag, {}, &storage::TagRecord::name));
    }
  }
  return outdated;
}

void Collection::logRemovals(const std::string& repository, std::span<const Removal> removals,
                             const storage::Collected& collected) {
  std::set<std::string> tags(collected.tags.begin(), collected.tags.end());
  std::set<Digest> manifests(collected.manifests.begin(), collected.manifests.end());
  for (const auto& removal : removals) {
    if (removal.tag.empty() ? !manifests.contains(removal.digest) : !tags.contains(removal.tag)) continue;
    spdlog::info("gc.removed repository={} tag={} digest={} reason=\"{}\"", repository, removal.tag,
                 removal.digest.toString(), removal.reason);
  }
}

Task<bool> Collection::links() {
  while (true) {
    context_->collectPulls();
    co_await context_->pulls.flush();
    auto unlinked = co_await context_->maintenance->unlinkUnnamed(oldest(), Pace::kStep);
    if (!unlinked) {
      failed(unlinked.error());
      co_return false;
    }
    std::set<std::string> repositories;
    for (const auto& link : *unlinked) {
      spdlog::debug("gc.unlinked repository={} digest={} reason=\"no manifest names it\"", link.repository,
                    link.digest.toString());
      repositories.insert(link.repository);
    }
    for (const auto& name : repositories) {
      context_->sizes.changed(name);
      context_->forgetRepository(name);
    }
    if (!co_await pace_.next()) co_return false;
    if (unlinked->size() < Pace::kStep) co_return true;
  }
}

Task<bool> Collection::files() {
  Removed all;
  std::optional<Digest> after;
  bool goOn = true;
  while (goOn) {
    auto blobs = co_await context_->blobs->list(after, Pace::kStep);
    if (blobs && blobs->empty()) break;
    if (blobs) after = blobs->back().digest;
    auto removed = blobs ? co_await removeUnneeded(context_, std::move(*blobs), oldest())
                         : Result<Removed>(core::fail(blobs.error()));
    if (!removed) {
      failed(removed.error());
      goOn = false;
      break;
    }
    all.blobs += removed->blobs;
    all.bytes += removed->bytes;
    context_->metrics.gcBlobs().add(removed->blobs);
    job_.count("removedBlobs", removed->blobs);
    job_.count("freedBytes", removed->bytes);
    goOn = co_await pace_.next();
  }
  if (all.blobs > 0) spdlog::info("gc.blobs_removed blobs={} bytes={}", all.blobs, all.bytes);
  co_return goOn;
}

}  // namespace

Task<> collectGarbage(std::shared_ptr<Context> context, std::shared_ptr<Lease> lease, std::shared_ptr<RunningJob> job,
                      bool contentToo) {
  Collection collection(std::move(context), *lease, *job);
  co_await collection.run(contentToo);
}

}  // namespace larder::registry
