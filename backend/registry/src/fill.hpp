// Filling a repository from an upstream: the one place that says from which.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "larder/runtime/task.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::registry {

struct Context;

// Makes the repository with this origin if it is not there, and applies `changes` in the same batch, which
// holds the origin: two registries never share a repository, whichever daemons fill it. Conflict if it belongs to
// another one, or holds pushed content; TooManyRequests if there may be no more repositories.
runtime::Task<core::Result<void>> fillRepository(std::shared_ptr<Context> context, std::string repository,
                                                 storage::Origin origin, std::vector<storage::MetaChange> changes);

}  // namespace larder::registry
