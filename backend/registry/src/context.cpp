#include "context.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "client_error.hpp"
#include "larder/config/sub_paths.hpp"
#include "larder/runtime/limits.hpp"
#include "larder/storage/drivers.hpp"
#include "memory_shares.hpp"

namespace larder::registry {
namespace {

constexpr std::uint64_t kOpenBlobs = 512;
constexpr std::size_t kMissBudgets = 4096;  // clients that are told apart

std::shared_ptr<storage::BlobStore> join(const RegistryParts& parts) {
  std::vector<std::shared_ptr<storage::BlobStore>> stores{parts.blobs};
  for (const auto& [route, store] : parts.subPaths) stores.push_back(store);
  return storage::joinBlobStores(std::move(stores));
}

std::map<std::string, Place> placesOf(const RegistryParts& parts) {
  std::map<std::string, Place> places;
  places.try_emplace("", "", parts.blobs);
  for (const auto& [route, store] : parts.subPaths) places.try_emplace(route, route, store);
  return places;
}

}  // namespace

Context::Context(RegistryParts parts, const config::Snapshot& config)
    : runtime(parts.runtime),
      clock(parts.clock),
      blobs(join(parts)),
      meta(std::move(parts.meta)),
      maintenance(std::move(parts.maintenance)),
      browse(std::move(parts.browse)),
      shared(std::move(parts.shared)),
      formatHead(std::move(parts.formatHead)),
      events(parts.events),
      jobs(std::make_shared<JobBoard>(runtime, clock, events, shared, parts.metrics)),
      router(meta, std::move(parts.sources), config),
      metrics(parts.metrics),
      sizes(meta, metrics),
      uses(runtime, clock, browse),
      pulls(clock, meta),
      misses(kMissBudgets),
      manifests(memoryShares(*config).manifests, [this](const auto& entry) { notePulls(entry); }),
      openBlobs(std::min(kOpenBlobs, std::uint64_t{runtime::descriptorShares().openBlobs}),
                [this](const auto& entry) { notePulls(entry); }),
      tagPages(memoryShares(*config).tagPages),
      places(placesOf(parts)),
      subscription_(
          parts.changes->subscribe([this](const storage::ContentChanges& changes) { contentChanged(changes); })) {}

const Place& Context::placeOfRoute(const std::string& route) const {
  return config::ofRoute(places, route, places.at(""));
}

const Place& Context::placeOf(const std::string& repository) const {
  return placeOfRoute(config::routeOf(*router.config(), repository));
}

Task<Result<PlaceUsages>> Context::measurePlaces() {
  PlaceUsages measured;
  for (const auto& [route, place] : places) {
    auto taken = place.room.taken();
    auto usage = co_await place.blobs->usage();
    if (!usage) co_return core::fail(usage.error());
    measured.push_back({route, *usage, taken});
  }
  co_return measured;
}

StoreHealth Context::storeHealth() const {
  std::lock_guard lock(healthMutex_);
  return health_;
}

void Context::setStoreHealth(StoreHealth health) {
  std::lock_guard lock(healthMutex_);
  health_ = std::move(health);
}

// The one place where memory learns what is so no more; called by the store, on any thread.
void Context::contentChanged(const storage::ContentChanges& changes) {
  using Kind = storage::ContentChange::Kind;
  if (!changes.empty()) uses.changed();
  struct Gone {
    bool all = false;
    std::unordered_set<std::string> tags;
    std::set<Digest> digests;
  };
  std::unordered_map<std::string, Gone> gone;  // by repository
  std::unordered_set<std::string> retagged;    // repositories
  for (const auto& change : changes) {
    sizes.changed(change.repository);
    bool isTag = change.reference && change.reference->isTag();
    if (isTag || change.kind != Kind::Added) retagged.insert(change.repository);
    if (change.kind == Kind::Added) continue;
    auto& ofRepository = gone[change.repository];
    if (!change.reference) {
      ofRepository.all = true;
    } else if (isTag) {
      ofRepository.tags.insert(change.reference->tag());
    } else {
      ofRepository.digests.insert(change.reference->digest());
    }
  }
  for (const auto& repository : retagged) tagPages.eraseOf(repository);
  for (const auto& [repository, what] : gone) {
    if (what.all) {
      forgetRepository(repository);
      continue;
    }
    manifests.eraseOf(repository, [&](const CachedManifest& entry) {
      return what.tags.contains(entry.tag) || what.digests.contains(entry.ready.answer.digest);
    });
    if (what.digests.empty()) continue;
    openBlobs.eraseOf(repository, [&](const CachedBlob& entry) { return what.digests.contains(entry.digest); });
  }
}

void Context::notePulls(const CachedManifest& entry) {
  if (auto n = entry.pulls.exchange(0)) {
    pulls.note(entry.ready.answer.repository, entry.ready.answer.digest, entry.tag, n);
  }
}

void Context::notePulls(const CachedBlob& entry) {
  if (auto n = entry.pulls.exchange(0)) pulls.note(entry.repository, entry.digest, "", n);
}

void Context::collectPulls() {
  manifests.forEach([this](const auto& entry) { notePulls(entry); });
  openBlobs.forEach([this](const auto& entry) { notePulls(entry); });
}

void Context::collectPulls(const std::string& repository) {
  manifests.forEachOf(repository, [this](const auto& entry) { notePulls(entry); });
  openBlobs.forEachOf(repository, [this](const auto& entry) { notePulls(entry); });
}

void Context::forgetRepository(const std::string& repository) {
  manifests.eraseOf(repository);
  openBlobs.eraseOf(repository);
}

void Context::forgetTag(const std::string& repository, const std::string& tag) {
  manifests.eraseOf(repository, [&](const CachedManifest& entry) { return entry.tag == tag; });
}

void Context::forgetBlob(const Digest& digest) {
  manifests.eraseIf([&](const CachedManifest& entry) { return entry.ready.answer.digest == digest; });
  openBlobs.eraseIf([&](const CachedBlob& entry) { return entry.digest == digest; });
}

void Context::forgetAll() {
  manifests.clear();
  openBlobs.clear();
  tagPages.clear();
}

std::optional<core::Error> Context::knownAbsence(Route& route, const std::string& reference) {
  auto now = clock.steady();
  std::optional<core::Error> last;
  std::vector<RouteTarget> left;
  for (auto& target : route.targets) {
    auto key = target.key();
    auto absent = negative.find(key, reference, now);
    if (!absent) absent = negative.find(key, "", now);
    if (absent) {
      last = std::move(absent);
    } else {
      left.push_back(std::move(target));
    }
  }
  bool none = left.empty();
  route.targets = std::move(left);
  return none ? last : std::nullopt;
}

void Context::noteAbsence(const Route& route, const std::string& reference, const core::Error& error,
                          core::ErrorCode absent, std::size_t requests) {
  // Our credentials are to blame, and what is asked for may well be there once they are mended.
  if (error.code == core::ErrorCode::UpstreamLoginRefused) return;
  if (!route.asker.address.empty()) {
    auto key = misses.key(runtime::ClientNetwork::of(route.asker.address), route.asker.user);
    for (auto i = requests * route.targets.size(); i > 0; --i) misses.take(key, missAllowance(), clock.steady());
  }
  auto ttl = router.config()->larder.upstream.negativeTtl;
  if (ttl.count() == 0) return;
  auto expires = clock.steady() + ttl;
  for (const auto& target : route.targets) negative.put(target.key(), reference, toClientError(error, absent), expires);
  // A registry grants whole repositories: one of which nothing is here need not be asked for by its next tag.
  if (error.code != core::ErrorCode::UpstreamDenied || route.exists || route.targets.empty()) return;
  negative.put(route.targets.back().key(), "", toClientError(error, core::ErrorCode::NameUnknown), expires);
}

runtime::Allowance Context::missAllowance() const {
  auto budget = router.config()->larder.upstream.missBudget;
  if (budget == 0) return {};
  return {static_cast<double>(budget), std::chrono::nanoseconds(std::chrono::hours(1)) / budget};
}

Result<void> Context::checkMisses(const Asker& asker) {
  auto allowance = missAllowance();
  if (asker.address.empty() || allowance.interval.count() == 0) return {};
  auto key = misses.key(runtime::ClientNetwork::of(asker.address), asker.user);
  auto wait = misses.wait(key, allowance, clock.steady());
  if (!wait) return {};
  core::Error error(core::ErrorCode::TooManyRequests,
                    "This client requested too many images that the upstreams do not have "
                    "(larder.upstream.missBudget). Check the image names and try again later.");
  error.retryAfter = std::chrono::ceil<std::chrono::milliseconds>(*wait);
  return core::fail(std::move(error));
}

}  // namespace larder::registry
