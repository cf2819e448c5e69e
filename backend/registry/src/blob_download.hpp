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
  Route route;
  // The repository may not read the blob yet: it may once the upstream has given it, and is linked then.
  bool link = false;
};

// Ends with the flight done or failed, in every case. Never throws on a failure of store or upstream.
Task<> downloadBlob(std::shared_ptr<Context> context, std::shared_ptr<BlobFlight> flight, DownloadOrder order);

// Asks the route's upstreams whether they have the blob: its size.
Task<Asked<std::uint64_t>> headBlobUpstream(Route route, Digest digest, SteadyTime deadline);

// Lets the repository read a blob that its upstream was seen to have. Where the repository may not be filled from there
// (Conflict of fillRepository()), whoever asked is served all the same, and the upstream is asked again for the next.
// So it is where there is no room to write the link down, which is counted; the answer is false then.
Task<Result<bool>> linkFromUpstream(std::shared_ptr<Context> context, Route route, storage::Origin origin,
                                    Digest digest, std::uint64_t size);

// Whether the blob's content, as it is stored, has come from that registry before. That a registry says it has a digest
// shows nothing: it is answered with content of others only if it gave it itself.
Task<Result<bool>> wasGivenBy(std::shared_ptr<Context> context, std::string host, Digest digest);

// The partial content of a download from the registries (Route::hosts()); a daemon that finds it resumes it.
std::string partialIdOf(const Digest& digest, const std::string& hosts);
inline constexpr std::string_view kPullPrefix = "pull-";

}  // namespace larder::registry
