#include "context.hpp"

#include <algorithm>
#include <utility>

#include "larder/config/sub_paths.hpp"
#include "larder/storage/drivers.hpp"

namespace larder::registry {
namespace {

constexpr std::uint64_t kOpenBlobs = 512;
constexpr std::uint64_t kTagPageBytes = 4 << 20;

// A share of what the process may use, in bounds that make sense for manifests.
std::uint64_t manifestCacheBytes(const config::Config& config) {
  constexpr std::uint64_t mib = 1 << 20;
  if (!config.larder.memoryLimit) return 32 * mib;
  return std::clamp(*config.larder.memoryLimit / 16, 4 * mib, 128 * mib);
}

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
      pulls(clock, meta),
      manifests(manifestCacheBytes(*config),
                [this](const CachedManifest& entry) {
                  if (auto n = entry.pulls.exchange(0)) {
                    pulls.note(entry.ready.answer.repository, entry.ready.answer.digest, entry.tag, n);
                  }
                }),
      openBlobs(kOpenBlobs,
                [this](const CachedBlob& entry) {
                  if (auto n = entry.pulls.exchange(0)) pulls.note(entry.repository, entry.digest, "", n);
                }),
      tagPages(kTagPageBytes),
      places(placesOf(parts)) {}

const Place& Context::placeOfRoute(const std::string& route) const {
  return config::ofRoute(places, route, places.at(""));
}

const Place& Context::placeOf(const std::string& repository) const {
  return placeOfRoute(config::routeOf(*router.config(), repository));
}

Task<Result<PlaceUsages>> Context::measurePlaces() {
  PlaceUsages measured;
  for (const auto& [route, place] : places) {
    auto usage = co_await place.blobs->usage();
    if (!usage) co_return core::fail(usage.error());
    measured.push_back({route, *usage});
  }
  co_return measured;
}

Task<Result<void>> Context::apply(std::string repository, std::vector<storage::MetaChange> changes) {
  auto applied = co_await meta->apply(std::move(changes));
  // One that came too late may have been made all the same.
  if (applied || applied.error().code == core::ErrorCode::Timeout) {
    sizes.changed(repository);
    tagPages.eraseIf([&](const TagPage& page) { return page.repository == repository; });
  }
  co_return applied;
}

void Context::collectPulls() {
  manifests.forEach([this](const CachedManifest& entry) {
    if (auto n = entry.pulls.exchange(0)) {
      pulls.note(entry.ready.answer.repository, entry.ready.answer.digest, entry.tag, n);
    }
  });
  openBlobs.forEach([this](const CachedBlob& entry) {
    if (auto n = entry.pulls.exchange(0)) pulls.note(entry.repository, entry.digest, "", n);
  });
}

void Context::forgetRepository(const std::string& repository) {
  manifests.eraseIf([&](const CachedManifest& entry) { return entry.ready.answer.repository == repository; });
  openBlobs.eraseIf([&](const CachedBlob& entry) { return entry.repository == repository; });
}

void Context::forgetTag(const std::string& repository, const std::string& tag) {
  manifests.eraseIf(
      [&](const CachedManifest& entry) { return entry.tag == tag && entry.ready.answer.repository == repository; });
}

void Context::forgetAll() {
  manifests.clear();
  openBlobs.clear();
  tagPages.clear();
}

void Context::rememberAbsence(const std::string& repository, const std::string& reference, const core::Error& error) {
  auto ttl = router.config()->larder.upstream.negativeTtl;
  if (ttl.count() > 0) negative.put(repository, reference, error, clock.steady() + ttl);
}

}  // namespace larder::registry
