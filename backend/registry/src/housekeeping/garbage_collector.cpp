#include "housekeeping/garbage_collector.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "housekeeping/blob_removal.hpp"
#include "housekeeping/pace.hpp"
#include "housekeeping/repository_view.hpp"
#include "housekeeping/retention.hpp"
#include "larder/config/sub_paths.hpp"

namespace larder::registry {
namespace {

class Collection {
 public:
  Collection(std::shared_ptr<Context> context, Lease& lease, RunningJob& job, std::set<std::string> routes)
      : context_(std::move(context)),
        job_(job),
        config_(context_->router.config()),
        routes_(std::move(routes)),
        rules_(config_),
        pace_(*context_, lease, job) {}

  Task<> run(bool contentToo) {
    if (!co_await repositories() || !contentToo) co_return;
    std::erase_if(routes_, [this](const auto& route) { return isDryRun(route); });
    job_.step("links");
    for (const auto& route : routes_) {
      if (!co_await links(route)) co_return;
    }
    job_.step("empty repositories");
    if (!co_await emptied()) co_return;
    job_.step("blobs");
    for (const auto& route : routes_) {
      if (hasPlace(route) && !co_await files(route)) co_return;
    }
  }

 private:
  // Each is false if the run is to end.
  Task<bool> repositories();
  Task<bool> links(std::string route);
  Task<bool> emptied();
  Task<bool> files(std::string route);

  Task<Result<void>> repository(std::string name, std::string route);
  bool isDryRun(const std::string& route) const {
    const auto& retention = config::storageOf(*config_, route).retention;
    return retention && retention->dryRun;
  }
  // A sub-path without a directory has no content of its own.
  bool hasPlace(const std::string& route) const { return context_->places.contains(route); }
  Task<Result<void>> remove(RepositoryView view, std::vector<Removal> removals);
  static storage::Outdated outdated(const RepositoryView& view, std::span<const Removal> removals);
  static void logRemovals(const std::string& repository, std::span<const Removal> removals,
                          const storage::Collected& collected);
  void failed(const core::Error& error);
  storage::WallTime oldest(const std::string& route) const {
    return context_->clock.now() - config::storageOf(*config_, route).gcDelay;
  }

  std::shared_ptr<Context> context_;
  RunningJob& job_;
  config::Snapshot config_;
  std::set<std::string> routes_;
  StorageRules rules_;
  std::vector<std::string> maybeEmpty_;
  Pace pace_;
};

void Collection::failed(const core::Error& error) {
  spdlog::warn("gc.failed error=\"{}\"", error.message);
  job_.fail(error.message);
}

Task<bool> Collection::repositories() {
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
      after = name;
      auto route = config::routeOf(*config_, name);
      if (!routes_.contains(route)) continue;
      auto begun = std::chrono::steady_clock::now();
      auto done = co_await repository(name, std::move(route));
      std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
      context_->metrics.gcDuration().observe(took.count());
      context_->metrics.gcRuns(!done).add();
      if (!done) {
        spdlog::warn("gc.failed repository={} error=\"{}\"", name, done.error().message);
        job_.fail(name + ": " + done.error().message);
      }
      job_.progress(++looked, std::nullopt, "repositories");
      if (!co_await pace_.next()) co_return false;
    }
  }
}

Task<Result<void>> Collection::repository(std::string name, std::string route) {
  // What was pulled until now counts.
  context_->collectPulls(name);
  co_await context_->pulls.flush();
  auto view = co_await viewRepository(context_, std::move(name));
  if (!view) co_return core::fail(view.error());
  if (!*view) co_return Result<void>{};
  auto removals = rules_.of((*view)->name).decide(**view, context_->clock.now());
  auto manifests = std::ranges::count_if(removals, [](const Removal& removal) { return removal.tag.empty(); });
  if ((*view)->madeAt < oldest(route) && std::cmp_equal(manifests, (*view)->manifests.size())) {
    maybeEmpty_.push_back((*view)->name);
  }
  if (!isDryRun(route)) co_return co_await remove(std::move(**view), std::move(removals));
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

Task<bool> Collection::links(std::string route) {
  storage::MetaMaintenance::Concerned concerned;
  if (!config_->subPaths.empty()) {
    concerned = [config = config_, route](const auto& name) { return config::routeOf(*config, name) == route; };
  }
  while (true) {
    context_->collectPulls();
    co_await context_->pulls.flush();
    auto unlinked = co_await context_->maintenance->unlinkUnnamed(oldest(route), Pace::kStep, concerned);
    if (!unlinked) {
      failed(unlinked.error());
      co_return false;
    }
    for (const auto& link : *unlinked) {
      spdlog::debug("gc.unlinked repository={} digest={} reason=\"not referenced by any manifest\"", link.repository,
                    link.digest.toString());
    }
    if (!co_await pace_.next()) co_return false;
    if (unlinked->size() < Pace::kStep) co_return true;
  }
}

Task<bool> Collection::emptied() {
  for (const auto& name : maybeEmpty_) {
    if (!routes_.contains(config::routeOf(*config_, name))) continue;
    std::vector<storage::MetaChange> changes;
    changes.emplace_back(storage::change::RemoveRepository{.name = name, .onlyIfEmpty = true});
    auto removed = co_await context_->meta->apply(std::move(changes));
    if (removed) {
      job_.count("removedRepositories", 1);
      spdlog::info("gc.repository_removed repository={} reason=\"empty\"", name);
    } else if (removed.error().code != core::ErrorCode::Conflict &&
               removed.error().code != core::ErrorCode::NameUnknown) {
      failed(removed.error());
      co_return false;
    }
    if (!co_await pace_.next()) co_return false;
  }
  co_return true;
}

Task<bool> Collection::files(std::string route) {
  auto place = context_->placeOfRoute(route).blobs;
  Removed all;
  std::optional<Digest> after;
  bool goOn = true;
  while (goOn) {
    auto blobs = co_await place->list(after, Pace::kStep);
    if (blobs && blobs->empty()) break;
    if (blobs) after = blobs->back().digest;
    auto removed = blobs ? co_await removeUnneeded(context_, place, std::move(*blobs), oldest(route))
                         : Result<Removed>(core::fail(blobs.error()));
    if (!removed) {
      failed(removed.error());
      goOn = false;
      break;
    }
    // One that cannot be removed does not keep the others from going.
    if (removed->failure) failed(*removed->failure);
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
                      std::set<std::string> routes, bool contentToo) {
  Collection collection(std::move(context), *lease, *job, std::move(routes));
  co_await collection.run(contentToo);
}

}  // namespace larder::registry
