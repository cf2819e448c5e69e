// Eviction: when the disk fills up, images that can be fetched again go, the one that was used longest ago first.
//
// An image goes whole: an index with the platforms that are its own, so that a platform that is in use keeps its index.
// What was pushed, what is pinned and what no sync rule leads to any more stays, and so does a blob that another
// manifest names. Clients that are reading a blob read on.
//
// Where a disk fills up, the images go whose repositories are kept on it. A blob of theirs may lie elsewhere, because
// it was stored there first; what that was counted for is missing in the next look at the disk.
#pragma once

#include <cstdint>
#include <memory>

#include "context.hpp"
#include "housekeeping/lease.hpp"
#include "housekeeping/space.hpp"

namespace larder::registry {

struct Evicted {
  std::uint64_t bytes = 0;
  bool all = false;  // nothing is left that may go, even later
};

// Evicts until all needs are met or nothing is left that may go now. Ends early when the daemon stops, the lease is
// lost or the job is cancelled.
Task<Evicted> evictImages(std::shared_ptr<Context> context, std::shared_ptr<Lease> lease, SpaceNeeds needs,
                          std::shared_ptr<RunningJob> job);

}  // namespace larder::registry
