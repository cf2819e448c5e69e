// OCI image layouts (image-spec 1.1, "OCI Image Layout") below a directory, as Zot keeps its repositories. Read only;
// every call blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"

namespace larder::daemon {

struct LayoutManifest {
  core::Digest digest;
  std::string mediaType;
  std::vector<std::string> tags;
  std::vector<core::Digest> children;  // manifests that it names
  std::vector<std::size_t> blobs;      // that it names: places in LayoutContent::blobs
};

struct LayoutBlob {
  core::Digest digest;
  std::optional<std::uint64_t> size;  // that a manifest says it has
};

// What is to be taken over of one repository.
struct LayoutContent {
  std::vector<LayoutManifest> manifests;  // children before the index that names them
  std::vector<LayoutBlob> blobs;          // each once
  std::vector<core::Error> problems;      // what had to be left out, with the digest in `where`
};

// Names of the repositories below `root`, sorted: the directories with an index.json. Directories that begin with `.`
// or `_` are Zot's own. InvalidArgument if `root` is no directory.
core::Result<std::vector<std::string>> findLayouts(const std::filesystem::path& root);

// Walks a repository from its index.json. ManifestInvalid, Io if that cannot be read.
core::Result<LayoutContent> readLayout(const std::filesystem::path& repository);

std::filesystem::path layoutBlobPath(const std::filesystem::path& repository, const core::Digest& digest);

// The bytes of a manifest, with its digest verified. ManifestUnknown, Corrupt, TooLarge, Io.
core::Result<std::string> readLayoutManifest(const std::filesystem::path& repository, const core::Digest& digest);

}  // namespace larder::daemon
