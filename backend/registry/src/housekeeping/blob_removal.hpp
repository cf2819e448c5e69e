// Removing content that nothing needs any more.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "context.hpp"

namespace larder::registry {

struct Removed {
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
  std::optional<core::Error> failure;  // of the first blob that could not be removed; the others were
};

// Of these blobs of `store`, removes those that no repository has and that were not stored since `before`.
//
// Nobody who links a blob at the same time loses it. Whoever has linked one *then* renews it (BlobStore::renew), and
// takes it for gone if that finds none. Here the bound is taken first, *then* it is looked for links, and then a blob
// is removed only if it was not renewed since the bound. So a link that came before the look is seen; and after one
// that came later there is a renewal which either finds the blob gone, or keeps it from being removed. What an upstream
// can give again is linked without renewing: a blob that is linked and gone is fetched when it is next asked for.
Task<Result<Removed>> removeUnneeded(std::shared_ptr<Context> context, std::shared_ptr<storage::BlobStore> store,
                                     std::vector<storage::BlobInfo> blobs, storage::WallTime before);

}  // namespace larder::registry
