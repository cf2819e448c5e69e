// The failures that every MetaStore driver has in common.
#pragma once

#include <string>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"

namespace larder::storage {

inline tl::unexpected<core::Error> failNoRepository(std::string name) {
  return core::fail(core::ErrorCode::NameUnknown, "There is no repository of this name.", std::move(name));
}
inline tl::unexpected<core::Error> failNoManifest(const core::Digest& digest) {
  return core::fail(core::ErrorCode::ManifestUnknown, "The repository has no such manifest.", digest.toString());
}
inline tl::unexpected<core::Error> failShared(const core::Digest& digest) {
  return core::fail(core::ErrorCode::Conflict,
                    "Several tags point to this manifest; delete it by its tags, so that none goes unnoticed.",
                    digest.toString());
}
inline tl::unexpected<core::Error> failNoTag(std::string tag) {
  return core::fail(core::ErrorCode::ManifestUnknown, "The repository has no such tag.", std::move(tag));
}
inline tl::unexpected<core::Error> failUnexpectedTag(std::string tag, bool there) {
  return core::fail(core::ErrorCode::Conflict,
                    there ? "The tag is there already, and may only be created." : "The tag is not there to be moved.",
                    std::move(tag));
}
inline tl::unexpected<core::Error> failNoBlob(const core::Digest& digest) {
  return core::fail(core::ErrorCode::BlobUnknown, "The repository has no such blob.", digest.toString());
}

}  // namespace larder::storage
