// Removing a blob that somebody may be about to need again.
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "drivers/filesystem/blob_tree.hpp"
#include "drivers/filesystem/small_blob.hpp"

namespace larder::storage::filesystem {
namespace {

// What is set aside is named after its digest, so that a crash right then loses nothing:
// "removing-<algorithm>-<hex>-…".
constexpr std::string_view kAsidePrefix = "removing-";

std::string asideName(const Digest& digest) {
  return std::string(kAsidePrefix) + std::string(digest.algorithmName()) + "-" + digest.hex() + "-" + randomName();
}

std::optional<Digest> setAsideAs(std::string_view name) {
  if (!name.starts_with(kAsidePrefix)) return std::nullopt;
  name.remove_prefix(kAsidePrefix.size());
  std::string digest(name.substr(0, name.rfind('-')));
  auto dash = digest.find('-');
  if (dash == std::string::npos) return std::nullopt;
  digest[dash] = ':';
  auto parsed = Digest::parse(digest);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

}  // namespace

// Another process may renew the blob between the look at its time and its removal. So it is first moved out of reach,
// in one step, and looked at there: a renewal that came before finds its time honoured, and one that comes after finds
// no blob, and tells so.
Result<bool> BlobTree::removeUnlessRenewed(const Digest& digest, std::chrono::system_clock::time_point before) {
  auto stored = stat(digest);
  if (!stored) return core::fail(std::move(stored.error()));
  if (!*stored || (*stored)->storedAt >= before) return false;
  auto aside = asideName(digest);
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
  int scratch = directories_->scratch.get();
  auto change = usage_->change(digest);
  if (::renameat(directories_->blobs.get(), name.c_str(), scratch, aside.c_str()) != 0) {
    if (errno == ENOENT) return false;
    return failSystem(errno, "remove", path(digest));
  }
  struct ::stat file{};
  if (::fstatat(scratch, aside.c_str(), &file, AT_SYMLINK_NOFOLLOW) == 0 && toTime(file.st_mtim) < before) {
    change.removed(static_cast<std::uint64_t>(file.st_size));
    return true;
  }
  if (auto back = putBack(digest, aside.c_str()); !back) return core::fail(std::move(back.error()));
  return false;
}

Result<void> BlobTree::putBack(const Digest& digest, const char* aside) const {
  auto name = blobName(digest);
  int blobs = directories_->blobs.get();
  int scratch = directories_->scratch.get();
  bool back = ::renameat2(scratch, aside, blobs, name.c_str(), RENAME_NOREPLACE) == 0;
  // A file system without RENAME_NOREPLACE: what was stored meanwhile is replaced by its equal.
  if (!back && (errno == EINVAL || errno == ENOSYS)) back = ::renameat(scratch, aside, blobs, name.c_str()) == 0;
  if (back || errno == ENOENT) return {};  // gone: another process has put it back
  if (errno != EEXIST) return failSystem(errno, "restore", path(digest));
  ::unlinkat(scratch, aside, 0);  // stored anew meanwhile
  return {};
}

// Whether it was to go or not: what nobody needs is removed again by the next collection.
void BlobTree::putBackAfterCrash() const {
  auto listed =
      forEachEntry(directories_->scratch.get(), ".", directories_->scratchPath(""), [&](int, const char* name) {
        auto digest = setAsideAs(name);
        if (!digest) return true;
        auto back = putBack(*digest, name);
        if (back && directories_->fsync) back = syncShard(*digest);
        if (back) {
          spdlog::info("storage.blob_restored digest={}", digest->toString());
        } else {
          spdlog::error("storage.blob_not_restored digest={} error=\"{}\"", digest->toString(), back.error().message);
        }
        return true;
      });
  if (!listed) spdlog::error("storage.cleanup_failed error=\"{}\"", listed.error().message);
}

}  // namespace larder::storage::filesystem
