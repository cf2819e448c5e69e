// The failures, and the checks, that every MetaStore driver has in common.
#pragma once

#include <string>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::storage {

inline tl::unexpected<core::Error> failNoRepository(std::string name) {
  return core::fail(core::ErrorCode::NameUnknown, "There is no repository of this name.", std::move(name));
}
// Whether the change may use the repository that is there, of this origin and with so much in it.
inline core::Result<void> checkOrigin(const change::EnsureRepository& change, const Origin& origin,
                                      std::uint64_t contentBytes) {
  using core::ErrorCode;
  if (change.origin.host.empty()) {
    if (origin.host.empty() || change.shared) return {};
    return core::fail(ErrorCode::Denied, "The repository is filled from " + origin.host + " and takes no pushes.",
                      change.name);
  }
  if (!origin.host.empty() && origin != change.origin) {
    return core::fail(ErrorCode::Conflict,
                      "The repository belongs to another registry; give the sync rules destinations of their own.",
                      change.name);
  }
  if (isPushed(origin, contentBytes) && !change.shared) {
    return core::fail(ErrorCode::Conflict,
                      "The repository holds pushed content, so that nothing from " + change.origin.host +
                          " is stored in it: delete it, or give the sync rule another destination.",
                      change.name);
  }
  return {};
}
inline tl::unexpected<core::Error> failNoManifest(const core::Digest& digest) {
  return core::fail(core::ErrorCode::ManifestUnknown, "The repository has no such manifest.", digest.toString());
}
inline tl::unexpected<core::Error> failNotEmpty(std::string name) {
  return core::fail(core::ErrorCode::Conflict, "Something is in the repository.", std::move(name));
}
inline tl::unexpected<core::Error> failShared(const core::Digest& digest) {
  return core::fail(core::ErrorCode::Conflict,
                    "Several tags point to this manifest; delete it by its tags, so that none goes unnoticed.",
                    digest.toString());
}
inline tl::unexpected<core::Error> failNoTag(std::string tag) {
  return core::fail(core::ErrorCode::ManifestUnknown, "The repository has no such tag.", std::move(tag));
}
// Conflict if a tag that is there, or is not, is not as it is to be.
inline core::Result<void> checkExpectation(const change::SetTag& change, bool there) {
  using Expect = change::SetTag::Expect;
  if (change.expect == Expect::Anything || there == (change.expect == Expect::Present)) return {};
  return core::fail(core::ErrorCode::Conflict,
                    there ? "The tag is there already, and may only be created." : "The tag is not there to be moved.",
                    change.tag.name);
}
inline tl::unexpected<core::Error> failNoBlob(const core::Digest& digest) {
  return core::fail(core::ErrorCode::BlobUnknown, "The repository has no such blob.", digest.toString());
}

}  // namespace larder::storage
