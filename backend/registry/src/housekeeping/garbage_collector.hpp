// Garbage collection: what the retention rules let go, links that no manifest needs, content that no repository has.
//
// It runs beside all else, in small steps that rest in between. Each decision is checked once more by the transaction
// that carries it out, so what is pushed, moved or pulled meanwhile stays.
#pragma once

#include <memory>

#include "context.hpp"
#include "housekeeping/lease.hpp"

namespace larder::registry {

// One run over the whole store, by storage.gcDelay and storage.retention. Logs what goes and why; with
// retention.dryRun it does no more than that. Ends early when the daemon stops, the lease is lost or the job is
// cancelled. `contentToo`: links and blobs that nothing needs go as well.
Task<> collectGarbage(std::shared_ptr<Context> context, std::shared_ptr<Lease> lease, std::shared_ptr<RunningJob> job,
                      bool contentToo = true);

}  // namespace larder::registry
