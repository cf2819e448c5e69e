// Garbage collection: what the retention rules let go, links that no manifest needs, repositories that nothing is in
// any more, content that no repository has.
//
// It runs beside all else, in small steps that rest in between. Each decision is checked once more by the transaction
// that carries it out, so what is pushed, moved or pulled meanwhile stays.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "context.hpp"
#include "housekeeping/lease.hpp"

namespace larder::registry {

// One run over the repositories and the content of `routes`: "" for what follows `storage` itself, "/team" for that
// sub-path. Goes by their gcDelay and retention. Logs what goes and why; with retention.dryRun it does no more than
// that. Ends early when the daemon stops, the lease is lost or the job is cancelled. `contentToo`: what nothing needs
// goes as well.
Task<> collectGarbage(std::shared_ptr<Context> context, std::shared_ptr<Lease> lease, std::shared_ptr<RunningJob> job,
                      std::set<std::string> routes, bool contentToo = true);

}  // namespace larder::registry
