// Manifests as they are kept here: the record in the MetaStore with the bytes in the BlobStore.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "larder/registry/services.hpp"

namespace larder::registry {

struct StoredManifest {
  storage::ManifestLookup lookup;
  std::shared_ptr<const std::string> content;
};

// Whether what was asked for came from the repository's origin: the tag, if it was looked up by one.
inline bool isMirrored(const storage::ManifestLookup& lookup) {
  return lookup.tag ? storage::isMirrored(*lookup.tag) : lookup.manifest.cached;
}

// Nothing if the repository does not have it, or if its bytes are gone or cut short (it is then fetched anew).
Task<Result<std::optional<StoredManifest>>> loadManifest(std::shared_ptr<storage::MetaStore> meta,
                                                         std::shared_ptr<storage::BlobStore> blobs,
                                                         std::string repository, Reference reference);

}  // namespace larder::registry
