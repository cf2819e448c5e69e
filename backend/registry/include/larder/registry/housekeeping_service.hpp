// What an admin can say about what the registry removes by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/blob_store.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::registry {

// Something that the retention policies let go.
struct Removal {
  std::string tag;      // "": the manifest itself
  core::Digest digest;  // of the manifest
  std::string reason;
  friend bool operator==(const Removal&, const Removal&) = default;
};

// What would go now, in order. Immutable: it may be shared by all who page through it.
struct PlannedRemoval {
  std::string repository;
  Removal removal;
  std::optional<storage::WallTime> usedAt;  // of an image that would be evicted
};
using RemovalPlan = std::shared_ptr<const std::vector<PlannedRemoval>>;

struct StorageState {
  storage::StoreUsage usage;
  std::optional<std::uint64_t> limitBytes;          // larder.storage.maxBytes
  std::optional<std::uint64_t> highWatermarkBytes;  // eviction begins
  std::optional<std::uint64_t> lowWatermarkBytes;   // and ends
  std::uint64_t minFreeBytes = 0;
};

class HousekeepingService {
 public:
  static constexpr std::size_t kMaxPlanned = 10'000;

  virtual ~HousekeepingService() = default;
  // What is pinned is neither collected nor evicted: a tag with the manifest that it points to, or a manifest by its
  // digest, with all that it names. A person's request removes it all the same. NameUnknown.
  virtual runtime::Task<core::Result<void>> pin(storage::Pin pin) = 0;
  // Succeeds if it is not pinned.
  virtual runtime::Task<core::Result<void>> unpin(storage::Pin pin) = 0;
  // Those of the repository, or all if it is "".
  virtual runtime::Task<core::Result<std::vector<storage::Pin>>> pins(std::string repository) = 0;

  // What retention would remove of the repository, or of all if it is "". A plan is kept for half a minute or until
  // something is pinned, so that its pages fit together, and ends with its kMaxPlanned-th removal. NameUnknown.
  virtual runtime::Task<core::Result<RemovalPlan>> planRetention(std::string repository) = 0;
  // What eviction would remove now; nothing while there is room. The bytes that an image frees are estimated.
  virtual runtime::Task<core::Result<RemovalPlan>> planEviction() = 0;
  virtual runtime::Task<core::Result<StorageState>> storageState() = 0;
};

}  // namespace larder::registry
