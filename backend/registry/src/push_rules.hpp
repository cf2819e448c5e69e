// Where pushes may go: the one place that says whether a repository takes them.
#pragma once

#include <memory>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::registry {

struct Context;
struct Route;

// The change that a batch of a push into `repository` begins with, which holds it to what was found here. Denied if the
// repository is filled from an upstream, or, where nobody can log in, if a sync rule may fill it, and
// larder.upstreams.<host>.allowPush does not list it: nobody is to put something of their own in the place of what
// comes from there. TooManyRequests if there may be no more repositories.
runtime::Task<core::Result<storage::MetaChange>> admitPush(std::shared_ptr<Context> context, std::string repository);

// Waits until so many bytes that are pushed into `repository` and `spare` more fit, and takes the room of the former;
// something may have to be evicted for it. NoSpace if that takes too long, or the daemon ends. Called before each piece
// is written.
runtime::Task<core::Result<void>> awaitRoom(std::shared_ptr<Context> context, std::string repository,
                                            std::uint64_t bytes, std::uint64_t spare = 0);

// Whether the request may be the beginning of a push.
bool mayBePushed(const Context& context, const Route& route);

}  // namespace larder::registry
