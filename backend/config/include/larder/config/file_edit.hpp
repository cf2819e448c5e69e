// Editing small files that others read and edit too: a reader sees the old content or the new one, never a part, and
// nobody's change is overwritten unseen.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::config {

// What tells one state of a file from another.
struct FileStamp {
  bool exists = false;
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modifiedNs = 0, changedNs = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct FileContent {
  std::string text;
  FileStamp stamp;
};

// The state of the file now, symlinks followed. Blocks.
FileStamp stampOf(const std::filesystem::path& path);

// Reads a regular file, symlinks followed. What is not there is an empty text with a stamp that says so. Io if it
// cannot be read, TooLarge beyond `limit` bytes. Blocks.
core::Result<FileContent> readForEdit(const std::filesystem::path& path, std::size_t limit);

// Why the file cannot be replaced, as the end of a sentence ("is on a read-only file system"); nothing if it can. A
// file without any write permission counts as read-only even for root, who could: someone meant it. Blocks.
std::optional<std::string> whyReadOnly(const std::filesystem::path& path);

// Replaces the file's content: a new file beside it, fsync, rename, fsync of the directory. Mode and owner stay those
// of the old one; a new one gets `newMode`. Where the path is a symlink the file that it leads to is replaced.
// Conflict if the file is not in the state `expected` any more, or if another process has been replacing it for two
// seconds; Denied if it cannot be replaced (with the reason); NoSpace; Io. After a failure, or a crash at any moment,
// the old content is there whole. If only the fsync of the directory fails the file is replaced, and a warning is
// logged. Blocks.
core::Result<FileStamp> replaceFile(const std::filesystem::path& path, std::string_view text, const FileStamp& expected,
                                    mode_t newMode = 0600);

}  // namespace larder::config
