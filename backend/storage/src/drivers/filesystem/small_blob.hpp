// Stores content that is in memory, in one go. Its calls block.
#pragma once

#include <string>
#include <string_view>

#include "drivers/filesystem/blob_tree.hpp"

namespace larder::storage::filesystem {

// Corrupt if `content` does not have the digest.
Result<BlobInfo> storeSmallBlob(const Directories& directories, BlobTree& blobs, const Digest& expected,
                                std::string_view content);

// A name in scratch/ that nobody else has.
std::string randomName();

// Removes what a crash has left behind: files in scratch/ that no living process can still be about to publish.
void removeLeftovers(const Directories& directories);

}  // namespace larder::storage::filesystem
