// Files below a directory that others may write to: Zot's.
//
// Nothing below it is reached by a link, so that neither what is outside of it nor a repository under the name of
// another is ever read. Every call blocks.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "larder/core/result.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::daemon {

using SourceHandle = std::shared_ptr<storage::FileHandle>;

struct SourceFile {
  SourceHandle file;
  struct ::stat info{};  // when it was opened

  std::uint64_t size() const { return static_cast<std::uint64_t>(info.st_size); }
  // Fewer bytes at the end alone. Io.
  core::Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const;
};

// `path` is relative to `root`, "." for `root` itself. NotFound if there is none, or if a link is in the way; Io.
core::Result<SourceHandle> openBelow(const std::filesystem::path& root, const std::filesystem::path& path, int flags);
// The same for reading a regular file; NotFound if it is anything else.
core::Result<SourceFile> openFileBelow(const std::filesystem::path& root, const std::filesystem::path& path);

}  // namespace larder::daemon
