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
#include "source_files.hpp"

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

// Where a repository is: `root` is the Zot tree.
struct LayoutPlace {
  std::filesystem::path root;
  std::string name;

  std::filesystem::path path() const { return root / name; }
};

struct FoundLayouts {
  std::vector<std::string> names;  // sorted
  // Directories that could have been repositories: links, which are not followed, and what cannot be read.
  std::size_t skipped = 0;
  std::string firstSkipped;
};

// The repositories below `root`: the directories with an index.json. Directories that begin with `.` or `_` are Zot's
// own. What vanishes meanwhile is left out. InvalidArgument if `root` is no directory that can be read.
core::Result<FoundLayouts> findLayouts(const std::filesystem::path& root);

// NotFound if there is none.
core::Result<SourceFile> openLayoutIndex(const LayoutPlace& place);
core::Result<SourceFile> openLayoutBlob(const LayoutPlace& place, const core::Digest& digest);

// Walks a repository from its index.json. TooLarge if that has more than `maxIndexBytes`: parsed it takes about twenty
// times as much memory. ManifestInvalid, NotFound, Io.
core::Result<LayoutContent> readLayout(const LayoutPlace& place, std::size_t maxIndexBytes);

// The bytes of a manifest, with its digest verified. ManifestUnknown, Corrupt, TooLarge, Io.
core::Result<std::string> readLayoutManifest(const LayoutPlace& place, const core::Digest& digest);

}  // namespace larder::daemon
