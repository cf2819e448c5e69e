#include "housekeeping/blob_removal.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace larder::registry {
namespace {

// Spares what has just been stored and is about to be linked, and is longer than a file system's clock is behind.
constexpr std::chrono::seconds kJustStored{2};

}  // namespace

Task<Result<Removed>> removeUnneeded(std::shared_ptr<Context> context, std::shared_ptr<storage::BlobStore> store,
                                     std::vector<storage::BlobInfo> blobs, storage::WallTime before) {
  before = std::min(before, context->clock.now() - kJustStored);
  std::erase_if(blobs, [&](const storage::BlobInfo& blob) { return blob.storedAt >= before; });
  std::vector<Digest> digests;
  digests.reserve(blobs.size());
  for (const auto& blob : blobs) digests.push_back(blob.digest);
  // Of a database that is no longer the one in the directory, nothing says what others need there.
  if (auto same = co_await context->meta->foreignChanges(); !same) co_return core::fail(std::move(same.error()));
  auto unneeded = co_await context->maintenance->unneeded(std::move(digests));
  if (!unneeded) co_return core::fail(unneeded.error());
  Removed removed;
  for (const auto& digest : *unneeded) {
    auto gone = co_await store->removeUnlessRenewed(digest, before);
    if (!gone && !removed.failure) removed.failure = gone.error();
    if (!gone || !*gone) continue;
    auto size = std::ranges::find(blobs, digest, &storage::BlobInfo::digest)->size;
    ++removed.blobs;
    removed.bytes += size;
    spdlog::debug("blob.removed digest={} bytes={} reason=\"not in any repository\"", digest.toString(), size);
  }
  co_return removed;
}

}  // namespace larder::registry
