// Pushing a manifest (OCI distribution-spec 1.1, "Pushing Manifests").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "context.hpp"
#include "manifest_document.hpp"

namespace larder::registry {

// What the push means for the caller's answer. Errors as in ManifestService::put.
//
// What the manifest names may be missing, and gets no more readable by being named.
Task<Result<ManifestPut>> pushManifest(std::shared_ptr<Context> context, std::string repository, Reference reference,
                                       std::vector<std::string> tags, std::string mediaType, std::string content,
                                       TagRights rights);

}  // namespace larder::registry
