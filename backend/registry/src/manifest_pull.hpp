// Pull-through of manifests: what is here and fresh enough, else the upstream's, stored on the way.
//
// A stored tag outlives its upstream: when the upstream is away, fails, or no longer has the tag, the stored manifest
// is served, marked stale. Digests are never asked for again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ask.hpp"
#include "context.hpp"
#include "larder/runtime/single_flight.hpp"
#include "manifest_document.hpp"
#include "manifest_store.hpp"

namespace larder::registry {

struct PulledManifest {
  ManifestAnswer answer;
  // How long it may be answered without asking again; none: until it is changed here.
  std::optional<std::chrono::nanoseconds> freshFor;
};

class ManifestPull : public std::enable_shared_from_this<ManifestPull> {
 public:
  explicit ManifestPull(std::shared_ptr<Context> context) : context_(std::move(context)) {}

  // Within kColdWait, or revalidateTimeout where a stored copy can be served instead. Errors are the client's
  // (client_error.hpp).
  Task<Result<PulledManifest>> get(RoutePtr route, Reference reference);

 private:
  using Flights = runtime::SingleFlight<std::string, PulledManifest>;

  // What is stored and may answer the route.
  Task<Result<std::optional<StoredManifest>>> load(RoutePtr route, Reference reference);
  // The flight: on an io thread of its own, whatever becomes of its callers.
  Task<Result<PulledManifest>> fly(RoutePtr route, Reference reference);
  Task<Result<PulledManifest>> fetch(RoutePtr route, Reference reference, std::optional<StoredManifest> stored);
  Task<Result<PulledManifest>> revalidate(RoutePtr route, Reference reference, StoredManifest stored);
  Task<Result<void>> keep(RoutePtr route, storage::Origin origin, Reference reference,
                          upstream::UpstreamManifest manifest, ManifestDocument document);
  // The upstream gave no manifest: the stored one, else the error, remembered or logged.
  Result<PulledManifest> unavailable(const Route& route, const Reference& reference,
                                     const std::optional<StoredManifest>& stored, const RouteTarget& target,
                                     core::Error error) const;

  // None: needs no check. Zero: is to be checked now.
  std::optional<std::chrono::nanoseconds> freshness(const Route& route, const StoredManifest& stored) const;
  PulledManifest answerStored(const Route& route, const StoredManifest& stored, CacheState state,
                              std::optional<std::chrono::nanoseconds> freshFor) const;
  // The stored copy instead of a failure, and for how long nobody asks again.
  PulledManifest answerStale(const Route& route, const Reference& reference, const StoredManifest& stored,
                             const core::Error& error) const;

  std::shared_ptr<Context> context_;
  Flights flights_;
};

}  // namespace larder::registry
