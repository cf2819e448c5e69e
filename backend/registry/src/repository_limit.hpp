// storage.maxRepos: how many repositories there may be.
#pragma once

#include <memory>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"

namespace larder::registry {

struct Context;

// TooManyRequests, at "storage.maxRepos=<limit>", when storage.maxRepos is reached and `repository` is not among them.
runtime::Task<core::Result<void>> checkRepositoryLimit(std::shared_ptr<Context> context, std::string repository);

}  // namespace larder::registry
