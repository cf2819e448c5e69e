// The tree of what a stored manifest names: which of it is here, and how much it is.
#pragma once

#include <memory>
#include <string>

#include "context.hpp"
#include "manifest_document.hpp"
#include "manifest_store.hpp"

namespace larder::registry {

struct ManifestTree {
  ManifestNode root;
  bool truncated = false;
};

// `content` are the bytes of the manifest `record`. Cut off as BrowseService::manifest says.
Task<Result<ManifestTree>> growTree(std::shared_ptr<Context> context, std::string repository,
                                    storage::ManifestRecord record, std::shared_ptr<const std::string> content);

// "linux/arm/v7" in its parts.
Platform parsePlatform(std::string_view text);

}  // namespace larder::registry
