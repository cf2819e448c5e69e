// Removing a blob that somebody may be about to need again.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "drivers/filesystem/blob_tree.hpp"
#include "drivers/filesystem/small_blob.hpp"

namespace larder::storage::filesystem {

// Another process may renew the blob between the look at its time and its removal. So it is first moved out of reach,
// in one step, and looked at there: a renewal that came before finds its time honoured, and one that comes after finds
// no blob, and tells so.
Result<bool> BlobTree::removeUnlessRenewed(const Digest& digest, std::chrono::system_clock::time_point before) {
  auto stored = stat(digest);
  if (!stored) return core::fail(std::move(stored.error()));
  if (!*stored || (*stored)->storedAt >= before) return false;
  auto aside = randomName();
  auto taken = setAside(digest, aside, before);
  if (!taken || !*taken) return taken;
  // Outside the lock of the shard: a large file takes its time.
  if (::unlinkat(directories_->scratch.get(), aside.c_str(), 0) != 0 && errno != ENOENT) {
    return failSystem(errno, "remove", directories_->scratchPath(aside));
  }
  return true;
}

Result<bool> BlobTree::setAside(const Digest& digest, const std::string& aside,
                                std::chrono::system_clock::time_point before) {
  auto name = blobName(digest);
  int blobs = directories_->blobs.get();
  int scratch = directories_->scratch.get();
  auto change = usage_->change(digest);
  if (::renameat(blobs, name.c_str(), scratch, aside.c_str()) != 0) {
    if (errno == ENOENT) return false;
    return failSystem(errno, "remove", path(digest));
  }
  struct ::stat file{};
  if (::fstatat(scratch, aside.c_str(), &file, AT_SYMLINK_NOFOLLOW) == 0 && toTime(file.st_mtim) < before) {
    change.removed(static_cast<std::uint64_t>(file.st_size));
    return true;
  }
  if (::renameat2(scratch, aside.c_str(), blobs, name.c_str(), RENAME_NOREPLACE) == 0) return false;
  if (errno == EEXIST) {  // stored anew meanwhile, by another process
    ::unlinkat(scratch, aside.c_str(), 0);
    return false;
  }
  if (::renameat(scratch, aside.c_str(), blobs, name.c_str()) == 0) return false;
  return failSystem(errno, "put back", path(digest));
}

}  // namespace larder::storage::filesystem
