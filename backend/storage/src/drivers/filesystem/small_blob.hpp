// Stores content that is in memory. Its calls block.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "drivers/filesystem/blob_tree.hpp"

namespace larder::storage::filesystem {

// As BlobStore::putAll.
std::vector<Result<BlobInfo>> storeSmallBlobs(const Directories& directories, BlobTree& tree,
                                              std::span<const SmallBlob> blobs);

// A name in scratch/ that nobody else has.
std::string randomName();

// Removes what a crash has left behind: files in scratch/ that no living process can still be about to publish.
void removeLeftovers(const Directories& directories);

}  // namespace larder::storage::filesystem
