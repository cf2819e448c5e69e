// The storage drivers. The composition root (backend/daemon) alone names them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "larder/runtime/runtime.hpp"
#include "larder/storage/blob_store.hpp"
#include "larder/storage/change_feed.hpp"
#include "larder/storage/meta_browse.hpp"
#include "larder/storage/meta_maintenance.hpp"
#include "larder/storage/meta_store.hpp"
#include "larder/storage/shared_state.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::storage {

struct FilesystemOptions {
  std::filesystem::path root;  // made if missing; everything is kept in <root>/_larder/
  bool fsync = true;           // config storage.commit
  // Where commits wait for the disk, and where what takes long is done: partial content is hashed, leftovers and large
  // files that nobody reads any more are removed. The blocking pool if they are not given.
  std::optional<runtime::Executor> syncing = std::nullopt, background = std::nullopt;
};

// Blobs as files by digest: <root>/_larder/blobs/<algorithm>/<2 hex>/<hex>, partial content in <root>/_larder/partial.
// Two processes may use one root at once.
Result<std::shared_ptr<BlobStore>> openFilesystemBlobStore(const FilesystemOptions& options,
                                                           runtime::Executor blocking);
std::shared_ptr<BlobStore> makeMemoryBlobStore();
// Several stores, at least one, as one: what any of them has is there, and is removed from all of them. What is written
// goes to the first one, whose medium is the one that usage() tells about. A blob that was written to two of them is
// listed once and counted twice.
std::shared_ptr<BlobStore> joinBlobStores(std::vector<std::shared_ptr<BlobStore>> stores);

// The sides of one store.
struct MetaStores {
  std::shared_ptr<MetaStore> meta;
  std::shared_ptr<MetaMaintenance> maintenance;
  std::shared_ptr<MetaBrowse> browse;
  std::shared_ptr<SharedState> shared;
  std::shared_ptr<ChangeFeed> changes;
};

// <root>/_larder/larder.db in WAL mode; two processes may use it at once.
// zot_storage_lock_latency_seconds{storageName,lockType}: what the root's changes ("RWLock") and reads ("RLock") took,
// waiting and holding, as Zot counts it.
// `patience`: how long a caller waits for a change to be made; a change that was begun is made all the same.
Result<MetaStores> openSqliteMetaStore(const std::filesystem::path& root, const runtime::Executor& blocking,
                                       telemetry::MetricRegistry& metrics,
                                       std::chrono::milliseconds patience = std::chrono::seconds(30));
MetaStores makeMemoryMetaStore();

// All repositories, manifests, tags and links of a root, as the changes that make them: each repository with what is
// in it, manifests before the tags that point to them. One consistent view, beside daemons that run. A failure of
// `visit` ends it. NotFound if there is no database, Corrupt if it is damaged. Blocks.
Result<void> readSqliteMetadata(const std::filesystem::path& root,
                                const std::function<Result<void>(MetaChange)>& visit);

struct Rebuilt {
  std::uint64_t repositories = 0;
  std::uint64_t manifests = 0;
  std::uint64_t tags = 0;
  std::uint64_t links = 0;
  std::uint64_t tornBytes = 0;     // of a change that was never acknowledged
  std::uint64_t damagedLines = 0;  // left out, if `salvage`
};
// Makes the database of a root anew from its journal, and keeps the old one as larder.db.old. Counts of pulls begin
// anew, and all counts as pulled now, so that nothing is taken for unused. Conflict while a daemon uses the root,
// NotFound without a journal, Corrupt if it is damaged before its end and not to be salvaged. Blocks.
Result<Rebuilt> rebuildSqliteMetadata(const std::filesystem::path& root, bool salvage);

}  // namespace larder::storage
