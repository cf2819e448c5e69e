// The storage drivers. The composition root (backend/daemon) alone names them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "larder/runtime/runtime.hpp"
#include "larder/storage/blob_store.hpp"
#include "larder/storage/meta_maintenance.hpp"
#include "larder/storage/meta_store.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::storage {

struct FilesystemOptions {
  std::filesystem::path root;  // made if missing; everything is kept in <root>/_larder/
  bool fsync = true;           // config storage.commit
  // Where commits wait for the disk; the blocking pool if it is not given.
  std::optional<runtime::Executor> syncing = std::nullopt;
};

// Blobs as files by digest: <root>/_larder/blobs/<algorithm>/<2 hex>/<hex>, partial content in <root>/_larder/partial.
// Two processes may use one root at once.
Result<std::shared_ptr<BlobStore>> openFilesystemBlobStore(FilesystemOptions options, runtime::Executor blocking);
std::shared_ptr<BlobStore> makeMemoryBlobStore();

// Two sides of one store.
struct MetaStores {
  std::shared_ptr<MetaStore> meta;
  std::shared_ptr<MetaMaintenance> maintenance;
};

// <root>/_larder/larder.db in WAL mode; two processes may use it at once.
// zot_storage_lock_latency_seconds{storageName,lockType}: what the root's changes ("RWLock") and reads ("RLock") took,
// waiting and holding, as Zot counts it.
Result<MetaStores> openSqliteMetaStore(std::filesystem::path root, runtime::Executor blocking,
                                       telemetry::MetricRegistry& metrics);
MetaStores makeMemoryMetaStore();

}  // namespace larder::storage
