// What the services share. Owned by all of them and by every detached coroutine, so that none outlives it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fill.hpp"
#include "housekeeping/space.hpp"
#include "jobs/job_board.hpp"
#include "keyed_cache.hpp"
#include "larder/registry/registry.hpp"
#include "larder/registry/services.hpp"
#include "negative_cache.hpp"
#include "pull_notes.hpp"
#include "registry_metrics.hpp"
#include "repository_sizes.hpp"
#include "router.hpp"

namespace larder::registry {

// A manifest in memory. The counters are at hand, so that a hit looks nothing up.
struct CachedManifest {
  ManifestService::Ready ready;
  std::string tag;  // "" if asked for by digest
  std::shared_ptr<telemetry::Counter> hits, downloads;
  mutable std::atomic<std::uint32_t> pulls{0};  // since the last time that they were noted
};

// An open blob that may be read in the repository of its key.
struct CachedBlob {
  BlobAnswer answer;
  std::string repository;  // the local one
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
  std::atomic<bool> full{false};  // what is pulled is passed on without being stored
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
  PullNotes pulls;
  NegativeCache negative;
  OriginClaims claims;
  KeyedCache<CachedManifest> manifests;
  KeyedCache<CachedBlob> openBlobs;
  KeyedCache<TagPage> tagPages;
  std::atomic<bool> stopping{false};
  std::map<std::string, Place> places;  // by route; storage's ("") and those of sub-paths. Never changes

  // Where content of the repositories below a route is kept that is not stored yet (config::routeOf()); storage's for
  // "", and for one without a directory.
  const Place& placeOfRoute(const std::string& route) const;
  const Place& placeOf(const std::string& repository) const;
  // The caller keeps the context.
  Task<Result<PlaceUsages>> measurePlaces();
  // MetaStore::apply() for changes of what is in `repository`, so that its size and its tag lists are kept up. The
  // caller keeps the context.
  Task<Result<void>> apply(std::string repository, std::vector<storage::MetaChange> changes);
  // Moves the counts of the caches' entries to the notes.
  void collectPulls();
  // Something in the repository has changed: nothing of it is answered from memory before it was read anew.
  void forgetRepository(const std::string& repository);
  void forgetTag(const std::string& repository, const std::string& tag);
  void forgetAll();
  // Remembers an absence for larder.upstream.negativeTtl.
  void rememberAbsence(const std::string& repository, const std::string& reference, const core::Error& error);
};

// A deadline on the real clock. Waits run on real timers; only ages are taken from the Clock.
inline SteadyTime deadlineIn(std::chrono::nanoseconds duration) {
  return std::chrono::steady_clock::now() + duration;
}

// How long a client waits for something that is not here, before it is told to try again.
inline constexpr std::chrono::seconds kColdWait{15};

}  // namespace larder::registry
