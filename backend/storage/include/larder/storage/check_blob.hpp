// Whether a stored blob still has its digest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "larder/storage/blob_store.hpp"

namespace larder::storage {

enum class BlobCheck : std::uint8_t {
  Sound,
  Damaged,
  Gone,  // not stored, or not any more
};
// Awaited after each piece with its bytes: it may wait, to keep to a rate. False ends the check.
using Pace = std::function<Task<bool>(std::size_t)>;

// Reads the whole blob in small pieces. Cancelled if `pace` ended it; Io. It hashes where it runs: on a blocking queue.
Task<Result<BlobCheck>> checkBlob(std::shared_ptr<BlobStore> blobs, Digest digest, Pace pace);

}  // namespace larder::storage
