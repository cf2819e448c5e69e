// The failures, and the checks, that every MetaStore driver has in common.
#pragma once

#include <string>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::storage {

inline tl::unexpected<core::Error> failNoRepository(std::string name) {
  return core::fail(core::ErrorCode::NameUnknown, "Repository not found.", std::move(name));
}
// Whether the change may use the repository that is there, of this origin and with so much in it.
inline core::Result<void> checkOrigin(const change::EnsureRepository& change, const Origin& origin,
                                      std::uint64_t contentBytes) {
  using core::ErrorCode;
  if (change.origin.host.empty()) {
    if (origin.host.empty() || change.shared) return {};
    return core::fail(ErrorCode::Denied, "The repository mirrors " + origin.host + " and does not accept pushes.",
                      change.name);
  }
  if (!origin.host.empty() && origin != change.origin) {
    return core::fail(ErrorCode::Conflict,
                      "The repository mirrors another registry. Give each sync rule its own destination.", change.name);
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
  return core::fail(core::ErrorCode::ManifestUnknown, "The manifest is not in this repository.", digest.toString());
}
inline tl::unexpected<core::Error> failNotEmpty(std::string name) {
  return core::fail(core::ErrorCode::Conflict, "The repository is not empty.", std::move(name));
}
inline tl::unexpected<core::Error> failShared(const core::Digest& digest) {
  return core::fail(core::ErrorCode::Conflict, "Several tags point to this manifest. Delete the tags instead.",
                    digest.toString());
}
inline tl::unexpected<core::Error> failNoTag(std::string tag) {
  return core::fail(core::ErrorCode::ManifestUnknown, "The tag is not in this repository.", std::move(tag));
}
// Conflict if a tag that is there, or is not, is not as it is to be.
inline core::Result<void> checkExpectation(const change::SetTag& change, bool there) {
  using Expect = change::SetTag::Expect;
  if (change.expect == Expect::Anything || there == (change.expect == Expect::Present)) return {};
  return core::fail(core::ErrorCode::Conflict,
                    there ? "The tag already exists, and you may only create tags."
                          : "The tag does not exist, and you may only update tags.",
                    change.tag.name);
}
inline tl::unexpected<core::Error> failNoBlob(const core::Digest& digest) {
  return core::fail(core::ErrorCode::BlobUnknown, "The blob is not in this repository.", digest.toString());
}

}  // namespace larder::storage
