// Reads a repository for RetentionRules, page by page.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "context.hpp"
#include "housekeeping/retention.hpp"

namespace larder::registry {

// Nothing if there is no such repository.
Task<Result<std::optional<RepositoryView>>> viewRepository(std::shared_ptr<Context> context, std::string name);

}  // namespace larder::registry
