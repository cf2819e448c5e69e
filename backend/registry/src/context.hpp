// What the services share. Owned by all of them and by every detached coroutine, so that none outlives it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "browse/uses.hpp"
#include "housekeeping/room.hpp"
#include "housekeeping/space.hpp"
#include "jobs/job_board.hpp"
#include "keyed_cache.hpp"
#include "larder/registry/registry.hpp"
#include "larder/registry/services.hpp"
#include "larder/runtime/address_limits.hpp"
#include "larder/runtime/gate.hpp"
#include "negative_cache.hpp"
#include "pull_notes.hpp"
#include "registry_metrics.hpp"
#include "repository_sizes.hpp"
#include "router.hpp"

namespace larder::registry {

// A manifest in memory. The counters are at hand, so that a hit looks nothing up.
struct CachedManifest {
  ManifestService::Ready ready;
  std::string place;  // Route::place
  std::string tag;    // "" if asked for by digest
  std::shared_ptr<telemetry::Counter> hits, downloads;
  mutable std::atomic<std::uint32_t> pulls{0};  // since the last time that they were noted
};

// An open blob that may be read in the repository of its key.
struct CachedBlob {
  BlobAnswer answer;
  std::string repository;  // the local one
  std::string place;       // Route::place
  Digest digest;
  std::shared_ptr<telemetry::Counter> hits;
  mutable std::atomic<std::uint32_t> pulls{0};
};

// A page of the tags that are here, in byte order.
struct TagPage {
  std::string repository;
  std::vector<std::string> names;
};

// Where content is kept: the directory of storage, or of a sub-path that has one.
struct Place {
  Place(std::string itsRoute, std::shared_ptr<storage::BlobStore> store)
      : route(std::move(itsRoute)), blobs(std::move(store)) {}

  const std::string route;  // "" for storage's
  const std::shared_ptr<storage::BlobStore> blobs;
  mutable Room room;
};

struct Context {
  Context(RegistryParts parts, const config::Snapshot& config);

  runtime::Runtime& runtime;
  const runtime::Clock& clock;
  std::shared_ptr<storage::BlobStore> blobs;  // whatever is stored; what is written for a repository goes to placeOf()
  std::shared_ptr<storage::MetaStore> meta;
  std::shared_ptr<storage::MetaMaintenance> maintenance;
  std::shared_ptr<storage::MetaBrowse> browse;
  std::shared_ptr<storage::SharedState> shared;
  HeadFormatter formatHead;
  telemetry::EventHub& events;
  std::shared_ptr<JobBoard> jobs;
  Router router;
  RegistryMetrics metrics;
  RepositorySizes sizes;
  Uses uses;
  PullNotes pulls;
  NegativeCache negative;
  runtime::AddressBudgets misses;
  KeyedCache<CachedManifest> manifests;
  KeyedCache<CachedBlob> openBlobs;
  KeyedCache<TagPage> tagPages;
  // Reads of records for blobs that are not in memory. What waits is smaller than what has begun, and the store reads a
  // few at a time anyway.
  runtime::Gate lookups{64};
  std::atomic<bool> stopping{false};
  std::map<std::string, Place> places;  // by route; storage's ("") and those of sub-paths. Never changes

  // Where content of the repositories below a route is kept that is not stored yet (config::routeOf()); storage's for
  // "", and for one without a directory.
  const Place& placeOfRoute(const std::string& route) const;
  const Place& placeOf(const std::string& repository) const;
  // The caller keeps the context.
  Task<Result<PlaceUsages>> measurePlaces();
  // Thread-safe.
  StoreHealth storeHealth() const;
  void setStoreHealth(StoreHealth health);
  bool isStoreLost() const { return storeHealth().state == StoreHealth::State::Lost; }
  // Moves the counts of the caches' entries to the notes.
  void collectPulls();
  // The same for one repository, at a cost of what is kept of it.
  void collectPulls(const std::string& repository);
  // Nothing of it is answered from memory before it was read anew. Changes of content need none of these: they are told
  // by the store.
  void forgetRepository(const std::string& repository);
  void forgetTag(const std::string& repository, const std::string& tag);
  void forgetBlob(const Digest& digest);
  void forgetAll();

  // What upstreams do not have. Those of the route's targets that have said so within larder.upstream.negativeTtl are
  // dropped from it; an error if that were all of them.
  std::optional<core::Error> knownAbsence(Route& route, const std::string& reference);
  // None of the route's upstreams has it: remembered, and counted for who asked, with the `requests` that each of them
  // got. `error` is the last one's. Does nothing where one of them has refused our credentials.
  void noteAbsence(const Route& route, const std::string& reference, const core::Error& error, core::ErrorCode absent,
                   std::size_t requests = 1);
  // TooManyRequests if the asker has caused so many requests for what is nowhere that no upstream is asked for it
  // (missBudget).
  Result<void> checkMisses(const Asker& asker);

 private:
  void contentChanged(const storage::ContentChanges& changes);
  void notePulls(const CachedManifest& entry);
  void notePulls(const CachedBlob& entry);
  runtime::Allowance missAllowance() const;

  mutable std::mutex healthMutex_;
  StoreHealth health_;
  storage::ChangeFeed::Subscription subscription_;  // the last member: it ends first
};

// A deadline on the real clock. Waits run on real timers; only ages are taken from the Clock.
inline SteadyTime deadlineIn(std::chrono::nanoseconds duration) {
  return std::chrono::steady_clock::now() + duration;
}

// How long a client waits for something that is not here, before it is told to try again.
inline constexpr std::chrono::seconds kColdWait{15};
// How long at most, where it first waits for others who were there before it.
inline constexpr std::chrono::seconds kQueueWait{60};

}  // namespace larder::registry
