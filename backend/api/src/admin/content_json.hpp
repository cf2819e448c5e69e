// Use of the storage, repositories, tags and images as the management API shows them.
#pragma once

#include <string>

#include "admin/problem.hpp"
#include "larder/registry/browse_service.hpp"
#include "larder/registry/housekeeping_service.hpp"

namespace larder::api::admin {

Json storageUseJson(const registry::StorageState& state);
Json repositoryJson(const storage::RepositorySummary& repository);
Json tagJson(const storage::TagSummary& tag);
Json nodeJson(const registry::ManifestNode& node);
Json imageJson(const registry::ImageConfig& image);
Json attachmentJson(const registry::Attachment& attachment);

// The time under `name`, unless it is the epoch, which stands for never.
void setTime(Json& object, const char* name, storage::WallTime time);

}  // namespace larder::api::admin
