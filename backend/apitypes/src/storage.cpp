#include "larder/apitypes/storage.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_JSON(StorageUse, usedBytes, limitBytes, diskBytes, diskFreeBytes, fullAt, evictionAt, fault)
LARDER_JSON(ScrubState, running, endedAt, bytes, damaged)
LARDER_JSON_OVER(Storage, StorageUse, highWatermarkBytes, lowWatermarkBytes, minFreeBytes, repositories, biggest, scrub)
LARDER_WORDS(UseLevel, "registry", "repository", "tag")
LARDER_JSON(StorageNode, name, path, sizeBytes, ownBytes, children)
LARDER_JSON_OVER(StorageTree, Page<StorageNode>, path, level)
LARDER_JSON(Removal, repository, tag, digest, reason, usedAt)

}  // namespace larder::apitypes
