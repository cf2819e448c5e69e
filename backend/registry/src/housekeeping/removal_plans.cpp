#include "housekeeping/removal_plans.hpp"

#include <unordered_set>
#include <utility>

#include "housekeeping/fetchable.hpp"
#include "housekeeping/repository_view.hpp"
#include "housekeeping/space.hpp"
#include "larder/runtime/run_on.hpp"

namespace larder::registry {
namespace {

constexpr std::chrono::seconds kKeptFor{30};
constexpr std::size_t kMostKept = 8;
constexpr std::size_t kNames = 500;
constexpr std::size_t kImages = 200;
const std::string kEviction = "//eviction";  // no name of a repository

// Adds what retention lets go of one repository; one that is gone meanwhile adds nothing.
Task<Result<bool>> addRemovals(std::shared_ptr<Context> context, const StorageRules* rules, std::string repository,
                               std::vector<PlannedRemoval>* into) {
  auto view = co_await viewRepository(context, repository);
  if (!view) co_return core::fail(view.error());
  if (!*view) co_return false;
  for (auto& removal : rules->of(repository).decide(**view, context->clock.now())) {
    if (into->size() == HousekeepingService::kMaxPlanned) break;
    into->push_back({repository, std::move(removal), std::nullopt});
  }
  co_return true;
}

// How much goes with each image: what no other repository has, and no image before it counted. What other images of its
// own repository need is counted all the same, so this is an estimate.
class Freed {
 public:
  explicit Freed(std::shared_ptr<Context> context) : context_(std::move(context)) {}

  Task<Result<std::uint64_t>> with(std::string repository, Digest image) {
    std::vector<Digest> digests;
    std::vector<std::uint64_t> sizes;
    std::vector<Digest> manifests{image};
    for (std::size_t i = 0; i < manifests.size(); ++i) {
      auto found = co_await context_->meta->manifest(repository, Reference::ofDigest(manifests[i]));
      if (!found) co_return core::fail(found.error());
      if (!*found || !seen_.insert(manifests[i]).second) continue;
      digests.push_back(manifests[i]);
      sizes.push_back((*found)->manifest.size);
      for (const auto& link : (*found)->manifest.links) {
        if (link.kind == storage::ManifestLink::Kind::Manifest) {
          manifests.push_back(link.digest);
        } else if (seen_.insert(link.digest).second) {
          digests.push_back(link.digest);
          sizes.push_back(link.size);
        }
      }
    }
    auto places = co_await context_->browse->whereabouts(repository, std::move(digests));
    if (!places) co_return core::fail(places.error());
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if ((*places)[i].here && !(*places)[i].elsewhere) bytes += sizes[i];
    }
    co_return bytes;
  }

 private:
  std::shared_ptr<Context> context_;
  std::unordered_set<Digest> seen_;
};

}  // namespace

void RemovalPlans::forget() {
  std::lock_guard lock(mutex_);
  kept_.clear();
}

RemovalPlan RemovalPlans::find(const std::string& key) {
  std::lock_guard lock(mutex_);
  auto now = context_->clock.steady();
  auto config = context_->router.config();
  std::erase_if(kept_, [&](const auto& entry) { return entry.second.until <= now || entry.second.config != config; });
  auto found = kept_.find(key);
  return found == kept_.end() ? nullptr : found->second.plan;
}

RemovalPlan RemovalPlans::keep(std::string key, config::Snapshot config, std::vector<PlannedRemoval> removals) {
  auto plan = std::make_shared<const std::vector<PlannedRemoval>>(std::move(removals));
  std::lock_guard lock(mutex_);
  if (kept_.size() >= kMostKept) kept_.erase(kept_.begin());
  kept_[std::move(key)] = {plan, std::move(config), context_->clock.steady() + kKeptFor};
  return plan;
}

Task<Result<RemovalPlan>> RemovalPlans::retention(std::string repository) {
  auto self = shared_from_this();
  if (auto kept = find(repository)) co_return kept;
  auto config = context_->router.config();
  auto planned = co_await runtime::runOn(context_->runtime.backgroundQueue(), planRetention(repository, config));
  if (!planned) co_return core::fail(planned.error());
  co_return keep(std::move(repository), std::move(config), std::move(*planned));
}

Task<Result<RemovalPlan>> RemovalPlans::eviction() {
  auto self = shared_from_this();
  if (auto kept = find(kEviction)) co_return kept;
  auto config = context_->router.config();
  auto planned = co_await runtime::runOn(context_->runtime.backgroundQueue(), planEviction(config));
  if (!planned) co_return core::fail(planned.error());
  co_return keep(kEviction, std::move(config), std::move(*planned));
}

Task<Result<std::vector<PlannedRemoval>>> RemovalPlans::planRetention(std::string repository, config::Snapshot config) {
  StorageRules rules(config);
  std::vector<PlannedRemoval> planned;
  if (!repository.empty()) {
    auto added = co_await addRemovals(context_, &rules, repository, &planned);
    if (!added) co_return core::fail(added.error());
    if (!*added) co_return core::fail(core::ErrorCode::NameUnknown, "Repository not found.", repository);
    co_return planned;
  }
  std::string after;
  while (planned.size() < HousekeepingService::kMaxPlanned && !context_->stopping) {
    auto names = co_await context_->meta->repositories(after, kNames);
    if (!names) co_return core::fail(names.error());
    if (names->empty()) break;
    for (const auto& name : *names) {
      auto added = co_await addRemovals(context_, &rules, name, &planned);
      if (!added) co_return core::fail(added.error());
      after = name;
    }
  }
  co_return planned;
}

Task<Result<std::vector<PlannedRemoval>>> RemovalPlans::planEviction(config::Snapshot config) {
  std::vector<PlannedRemoval> planned;
  auto places = co_await context_->measurePlaces();
  if (!places) co_return core::fail(places.error());
  auto needs = neededSpace(*places, config->larder.storage);
  if (needs.empty()) co_return planned;
  // What was pulled until now counts.
  context_->collectPulls();
  co_await context_->pulls.flush();
  Fetchable fetchable(context_);
  Freed freed(context_);
  std::optional<storage::ImageUse> after;
  while (!needs.empty() && planned.size() < HousekeepingService::kMaxPlanned && !context_->stopping) {
    auto images = co_await context_->maintenance->imagesByUse(after, kImages);
    if (!images) co_return core::fail(images.error());
    if (images->empty()) break;
    after = images->back();
    for (const auto& image : *images) {
      if (needs.empty() || planned.size() == HousekeepingService::kMaxPlanned) break;
      const auto& place = context_->placeOf(image.repository).route;
      const auto* need = needOf(needs, place);
      if (!need || !co_await fetchable.check(image.repository)) continue;
      auto more = co_await freed.with(image.repository, image.digest);
      if (!more) co_return core::fail(more.error());
      auto reason = "least recently used; required by larder.storage." + std::string(need->reason);
      planned.push_back({image.repository, {"", image.digest, std::move(reason)}, image.usedAt});
      noteFreed(needs, place, *more);
    }
  }
  co_return planned;
}

}  // namespace larder::registry
