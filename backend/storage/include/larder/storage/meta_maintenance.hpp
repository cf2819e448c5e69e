// MetaMaintenance: the seam for what keeps a store in order: what nothing needs any more, what must stay.
//
// It works on the same data as the MetaStore that was opened with it. What removes something was decided on what was
// read before, so each removal looks again, within its own transaction, whether things still are as they were. All
// methods may be called from any io thread. tests/suites/meta_maintenance_suite.hpp is the behaviour that each driver
// must show.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "larder/storage/meta_store.hpp"

namespace larder::storage {

// Tags and manifests of a repository that are to go, as they were when that was decided.
struct Outdated {
  std::string repository;
  std::vector<TagRecord> tags;            // first
  std::vector<ManifestRecord> manifests;  // then, in this order; their links do not matter
};
struct Collected {
  std::vector<std::string> tags;
  std::vector<Digest> manifests;
};

struct BlobLink {
  std::string repository;
  Digest digest;
  std::uint64_t size = 0;
};

// A manifest that no other one of its repository names as a child, with the children that are its own.
struct ImageUse {
  WallTime usedAt{};  // when it, or a child of it, was last pulled or stored
  std::string repository;
  Digest digest;
};

// What is pinned: a tag, with the manifest that it points to, or a manifest.
struct Pin {
  std::string repository;
  Reference reference;
};

class MetaMaintenance {
 public:
  // Called on a thread of the store's.
  using Concerned = std::function<bool(const std::string& repository)>;

  virtual ~MetaMaintenance() = default;

  // In the order of their digests after `after`, at most `limit`. Of their links only those to manifests.
  virtual Task<Result<std::vector<ManifestRecord>>> manifests(std::string repository, std::optional<Digest> after,
                                                              std::size_t limit) = 0;
  // Removes what still is as it was: not put, moved or pulled since, not pinned; a manifest only if no tag points to
  // it, no manifest names it as a child, and its subject, if it has one, is not there. What was removed.
  virtual Task<Result<Collected>> collect(Outdated outdated) = 0;
  // Unlinks up to `limit` blobs that no manifest of their repository names, and that were neither linked nor pulled
  // there since `before`; in the repositories that pass `concerned`, or all if it is empty. What was unlinked.
  virtual Task<Result<std::vector<BlobLink>>> unlinkUnnamed(WallTime before, std::size_t limit,
                                                            Concerned concerned) = 0;
  // Those of the digests that no repository has: neither as a manifest, nor as a blob that is linked or named.
  virtual Task<Result<std::vector<Digest>>> unneeded(std::vector<Digest> digests) = 0;

  // The images that can be fetched again, the one that was used longest ago first; after `after`, at most `limit`. Of
  // repositories with an origin, manifests from there; none that was pushed or is pinned.
  virtual Task<Result<std::vector<ImageUse>>> imagesByUse(std::optional<ImageUse> after, std::size_t limit) = 0;
  // Removes the image if it was not used since `image.usedAt`, with its tags and those of its children that are neither
  // tagged, pinned, pushed nor another's, and the links to blobs from upstream that no manifest of the repository names
  // then. The digests that the repository has no more; none if the image had to stay.
  virtual Task<Result<std::vector<Digest>>> evict(ImageUse image) = 0;

  // NameUnknown if there is no such repository. Tag or manifest need not be there yet.
  virtual Task<Result<void>> pin(Pin pin) = 0;
  // Succeeds if it is not pinned.
  virtual Task<Result<void>> unpin(Pin pin) = 0;
  // Those of the repository, or all if it is "", in the order of repository, tag, digest.
  virtual Task<Result<std::vector<Pin>>> pins(std::string repository) = 0;
};

}  // namespace larder::storage
