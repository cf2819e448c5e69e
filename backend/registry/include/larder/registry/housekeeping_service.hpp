// What an admin can say about what the registry removes by itself.
#pragma once

#include <string>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::registry {

// Something that the retention policies let go.
struct Removal {
  std::string tag;      // "": the manifest itself
  core::Digest digest;  // of the manifest
  std::string reason;
  friend bool operator==(const Removal&, const Removal&) = default;
};

class HousekeepingService {
 public:
  virtual ~HousekeepingService() = default;
  // What is pinned is neither collected nor evicted: a tag with the manifest that it points to, or a manifest by its
  // digest, with all that it names. A person's request removes it all the same. NameUnknown.
  virtual runtime::Task<core::Result<void>> pin(storage::Pin pin) = 0;
  // Succeeds if it is not pinned.
  virtual runtime::Task<core::Result<void>> unpin(storage::Pin pin) = 0;
  // Those of the repository, or all if it is "".
  virtual runtime::Task<core::Result<std::vector<storage::Pin>>> pins(std::string repository) = 0;
  // What the next collection would remove of the repository, in order; nothing is removed. NameUnknown.
  virtual runtime::Task<core::Result<std::vector<Removal>>> preview(std::string repository) = 0;
};

}  // namespace larder::registry
