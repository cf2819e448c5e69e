// Which images of a repository in memory may be evicted, and what goes with them.
#pragma once

#include <vector>

#include "drivers/memory/memory_catalog.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::storage::memory {

// The manifests of the repository that name `child`.
std::vector<Digest> parentsOf(const Repository& repository, const Digest& child);
// A root that can be fetched again and that nobody has pinned.
bool isEvictable(const Repository& repository, const ManifestRecord& manifest);
// When it, or a child of it, was last used.
WallTime useOf(const Repository& repository, const ManifestRecord& manifest);
// As MetaMaintenance::evict.
std::vector<Digest> evictImage(Repository& repository, const ImageUse& image);

}  // namespace larder::storage::memory
