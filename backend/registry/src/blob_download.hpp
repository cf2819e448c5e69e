// Drives a BlobFlight to its end: resumes partial content, asks the upstreams in order, verifies, stores, links.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ask.hpp"
#include "blob_flight.hpp"
#include "context.hpp"

namespace larder::registry {

struct DownloadOrder {
  RoutePtr route;
  // The repository may not read the blob yet: it may once the upstream has given it, and is linked then.
  bool link = false;
};

// Ends with the flight done or failed, in every case. Never throws on a failure of store or upstream.
Task<> downloadBlob(std::shared_ptr<Context> context, std::shared_ptr<BlobFlight> flight, DownloadOrder order);

// Asks the route's upstreams whether they have the blob: its size. The route outlives the task.
Task<Asked<std::uint64_t>> headBlobUpstream(const Route& route, Digest digest, SteadyTime deadline);

enum class StoredLink {
  Made,      // the repository may read the blob, or whoever asked may, where the repository is not filled from there
  NoRoom,    // whoever asked may; there is no room to write it down
  NotGiven,  // the registry has to give the blob first
};
// Lets the repository read a blob that is stored with this size, if its upstream says that it has it and that registry
// gave it before: that a registry says it has a digest shows nothing by itself. Errors are the upstream's or the
// store's.
Task<Result<StoredLink>> linkStored(std::shared_ptr<Context> context, RoutePtr route, Digest digest, std::uint64_t size,
                                    SteadyTime deadline);

// The partial content of a download from the registries (Route::hosts()); a daemon that finds it resumes it.
std::string partialIdOf(const Digest& digest, const std::string& hosts);
inline constexpr std::string_view kPullPrefix = "pull-";

}  // namespace larder::registry
