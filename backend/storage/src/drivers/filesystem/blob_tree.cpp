#include "drivers/filesystem/blob_tree.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <utility>

namespace larder::storage::filesystem {

using core::ErrorCode;
using core::fail;

namespace {

BlobInfo infoOf(const Digest& digest, const struct ::stat& file) {
  return {digest, static_cast<std::uint64_t>(file.st_size), toTime(file.st_mtim)};
}

// How often a blob may be removed while it is stored.
constexpr int kTries = 16;

// So many at once that one sync of the file system, which takes what others have written along, is less than one of
// each file and its directory.
constexpr std::size_t kSyncedTogether = 16;

Result<BlobInfo> placedInfo(const ReadyFile& file, std::string path, const Digest& digest) {
  struct ::stat info{};
  if (::fstat(file.descriptor, &info) != 0) return failSystem(errno, "look up", std::move(path));
  return infoOf(digest, info);
}

std::int64_t changedAt(const struct ::stat& directory) {
  return std::int64_t{directory.st_mtim.tv_sec} * 1'000'000'000 + directory.st_mtim.tv_nsec;
}

}  // namespace

std::string blobName(const Digest& digest) {
  return BlobUsage::shardName(BlobUsage::shardOf(digest)) + "/" + digest.hex();
}

std::string BlobTree::path(const Digest& digest) const {
  return directories_->blobsPath(blobName(digest));
}

Result<std::optional<BlobInfo>> BlobTree::stat(const Digest& digest) const {
  struct ::stat file{};
  if (::fstatat(directories_->blobs.get(), blobName(digest).c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return failSystem(errno, "look up", path(digest));
  }
  if (!S_ISREG(file.st_mode)) return std::nullopt;
  return infoOf(digest, file);
}

Result<OpenBlob> BlobTree::open(const Digest& digest) const {
  UniqueFd descriptor = openAt(directories_->blobs.get(), blobName(digest).c_str(), O_RDONLY | O_NONBLOCK);
  if (!descriptor) {
    if (errno == ENOENT) return fail(ErrorCode::BlobUnknown, "The blob is not stored.", digest.toString());
    return failSystem(errno, "open", path(digest));
  }
  struct ::stat file{};
  if (::fstat(descriptor.get(), &file) != 0) return failSystem(errno, "look up", path(digest));
  if (!S_ISREG(file.st_mode)) return fail(ErrorCode::BlobUnknown, "The blob is not stored.", digest.toString());
  return OpenBlob{std::move(descriptor), static_cast<std::uint64_t>(file.st_size)};
}

Result<void> BlobTree::remove(const Digest& digest) {
  auto name = blobName(digest);
  auto change = usage_->change(digest);
  struct ::stat file{};
  if (::fstatat(directories_->blobs.get(), name.c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return failSystem(errno, "look up", path(digest));
  }
  if (::unlinkat(directories_->blobs.get(), name.c_str(), 0) != 0) {
    if (errno == ENOENT) return {};  // another process was faster
    return failSystem(errno, "remove", path(digest));
  }
  change.removed(static_cast<std::uint64_t>(file.st_size));
  return {};
}

Result<std::string> BlobTree::quarantine(const Digest& digest) {
  auto name = blobName(digest);
  auto kept = std::string(digest.algorithmName()) + "-" + digest.hex();
  auto change = usage_->change(digest);
  struct ::stat file{};
  if (::fstatat(directories_->blobs.get(), name.c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return "";
    return failSystem(errno, "look up", path(digest));
  }
  if (::renameat(directories_->blobs.get(), name.c_str(), directories_->quarantine.get(), kept.c_str()) != 0) {
    if (errno == ENOENT) return "";  // another process was faster
    return failSystem(errno, "move to quarantine", path(digest));
  }
  change.removed(static_cast<std::uint64_t>(file.st_size));
  auto keptPath = directories_->quarantinePath(kept);
  if (!directories_->fsync) return keptPath;
  if (::fsync(directories_->quarantine.get()) != 0) {
    return failSystem(errno, "sync the directory", directories_->quarantinePath(""));
  }
  if (auto synced = syncShard(digest); !synced) return fail(std::move(synced.error()));
  return keptPath;
}

Result<BlobInfo> BlobTree::publish(const ReadyFile& file, const Digest& digest) {
  // The time of the commit, not that of the last byte: an upload may have rested between the two.
  if (::futimens(file.descriptor, nullptr) != 0) return failSystem(errno, "touch", file.path);
  if (directories_->fsync && ::fsync(file.descriptor) != 0) return failSystem(errno, "sync", file.path);
  auto kept = place(file, digest);
  if (!kept) return fail(std::move(kept.error()));
  if (*kept) return **kept;
  if (directories_->fsync) {
    if (auto synced = syncShard(digest); !synced) return fail(std::move(synced.error()));
  }
  return placedInfo(file, path(digest), digest);
}

std::vector<Result<BlobInfo>> BlobTree::publishAll(std::span<const ReadyBlob> blobs) {
  std::vector<Result<BlobInfo>> results;
  results.reserve(blobs.size());
  if (!directories_->fsync || blobs.size() < kSyncedTogether) {
    for (const auto& blob : blobs) results.push_back(publish(blob.file, blob.digest));
    return results;
  }
  if (auto synced = syncAll(); !synced) {
    results.assign(blobs.size(), fail(std::move(synced.error())));
    return results;
  }
  std::vector<std::size_t> placed;
  std::map<std::size_t, NameSyncs::Mark> marks;  // by shard
  for (const auto& [file, digest] : blobs) {
    auto kept = place(file, digest);
    if (kept && !*kept) {
      placed.push_back(results.size());
      marks.try_emplace(BlobUsage::shardOf(digest));
    }
    results.push_back(!kept   ? fail(std::move(kept.error()))
                      : *kept ? Result<BlobInfo>(**kept)
                              : placedInfo(file, path(digest), digest));
  }
  for (auto& [shard, mark] : marks) {
    struct ::stat directory{};
    // Without a mark the shard counts as unsynced, which costs whoever finds a blob there a sync.
    if (::fstatat(directories_->blobs.get(), BlobUsage::shardName(shard).c_str(), &directory, AT_SYMLINK_NOFOLLOW) ==
        0) {
      mark = syncs_->mark(shard, changedAt(directory));
    }
  }
  if (auto synced = syncAll(); !synced) {
    for (auto i : placed) results[i] = fail(synced.error());
    return results;
  }
  for (const auto& [shard, mark] : marks) syncs_->synced(shard, mark);
  return results;
}

Result<void> BlobTree::syncAll() const {
  if (::syncfs(directories_->blobs.get()) != 0) return failSystem(errno, "sync the file system of", directories_->base);
  return {};
}

Result<std::optional<BlobInfo>> BlobTree::place(const ReadyFile& file, const Digest& digest) {
  for (int tries = 0; tries < kTries; ++tries) {
    auto moved = moveIn(file, digest);
    if (!moved) return fail(std::move(moved.error()));
    if (*moved) return std::nullopt;
    auto kept = renewSized(digest, file.size);
    if (!kept) return fail(std::move(kept.error()));
    // The stored copy was removed before it was renewed, or is damaged: this file takes its place after all.
    if (!*kept) continue;
    if (::unlinkat(file.directory, file.name, 0) != 0 && errno != ENOENT) {
      return failSystem(errno, "remove", file.path);
    }
    return kept;
  }
  return fail(ErrorCode::Conflict, "The blob was removed repeatedly while it was being stored. Try again.",
              digest.toString());
}

// True if the file is the blob now, false if the blob was there already; the file then stays where it is.
Result<bool> BlobTree::moveIn(const ReadyFile& file, const Digest& digest) {
  auto name = blobName(digest);
  int blobs = directories_->blobs.get();
  auto shard = BlobUsage::shardOf(digest);
  auto change = usage_->change(digest);
  auto move = [&](unsigned flags) {
    return syncs_->add(shard, [&] { return ::renameat2(file.directory, file.name, blobs, name.c_str(), flags) == 0; });
  };
  if (!hasShards(shard)) {
    if (auto made = makeShards(shard); !made) return fail(std::move(made.error()));
  }
  bool moved = move(RENAME_NOREPLACE);
  if (!moved && errno == ENOENT) {  // somebody has removed them
    if (auto made = makeShards(shard); !made) return fail(std::move(made.error()));
    moved = move(RENAME_NOREPLACE);
  }
  if (!moved && (errno == EINVAL || errno == ENOSYS)) {
    // A file system without RENAME_NOREPLACE. Between the look and the rename another process may store the same
    // content, which is then replaced by its equal.
    struct ::stat stored{};
    if (::fstatat(blobs, name.c_str(), &stored, AT_SYMLINK_NOFOLLOW) == 0) {
      errno = EEXIST;
    } else {
      moved = move(0);
    }
  }
  if (moved) {
    change.added(file.size);
    return true;
  }
  if (errno != EEXIST) return failSystem(errno, "move " + file.path + " to", path(digest));
  return false;
}

Result<std::optional<BlobInfo>> BlobTree::renew(const Digest& digest) {
  if (::utimensat(directories_->blobs.get(), blobName(digest).c_str(), nullptr, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return failSystem(errno, "touch", path(digest));
  }
  if (directories_->fsync) {
    if (auto synced = syncIfNeeded(digest); !synced) return fail(std::move(synced.error()));
  }
  return stat(digest);
}

Result<std::optional<BlobInfo>> BlobTree::renewSized(const Digest& digest, std::uint64_t size) {
  auto kept = renew(digest);
  if (!kept || !*kept || (*kept)->size == size) return kept;
  auto moved = quarantine(digest);
  if (!moved) return fail(std::move(moved.error()));
  spdlog::error("blob.damaged digest={} path={} hint=\"It is stored again. Check the disk.\"", digest.toString(),
                *moved);
  return std::nullopt;
}

Result<void> BlobTree::makeShards(std::size_t own) {
  auto make = [this](const std::string& name) {
    return ::mkdirat(directories_->blobs.get(), name.c_str(), kDirectoryMode) == 0 || errno == EEXIST;
  };
  auto name = BlobUsage::shardName(own);
  if (!make(name)) return failSystem(errno, "make the directory", directories_->blobsPath(name));
  auto first = own - own % BlobUsage::kShardsOfAlgorithm;
  bool all = true;
  for (auto shard = first; all && shard < first + BlobUsage::kShardsOfAlgorithm; ++shard) {
    all = make(BlobUsage::shardName(shard));
  }
  if (directories_->fsync) {
    auto parent = name.substr(0, name.find('/'));
    UniqueFd directory = openAt(directories_->blobs.get(), parent.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory || ::fsync(directory.get()) != 0) {
      return failSystem(errno, "sync the directory", directories_->blobsPath(parent));
    }
  }
  hasShards(own) = all;
  return {};
}

// Concurrent calls need no batching here: file systems with a journal write the renames of all of them at once.
Result<void> BlobTree::syncShard(const Digest& digest) const {
  auto name = BlobUsage::shardName(BlobUsage::shardOf(digest));
  UniqueFd directory = openAt(directories_->blobs.get(), name.c_str(), O_RDONLY | O_DIRECTORY);
  struct ::stat file{};
  if (!directory || ::fstat(directory.get(), &file) != 0) {
    return failSystem(errno, "open the directory", directories_->blobsPath(name));
  }
  auto mark = syncs_->mark(BlobUsage::shardOf(digest), changedAt(file));
  if (::fsync(directory.get()) != 0) return failSystem(errno, "sync the directory", directories_->blobsPath(name));
  syncs_->synced(BlobUsage::shardOf(digest), mark);
  return {};
}

Result<void> BlobTree::syncIfNeeded(const Digest& digest) const {
  auto shard = BlobUsage::shardOf(digest);
  struct ::stat file{};
  if (::fstatat(directories_->blobs.get(), BlobUsage::shardName(shard).c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0) {
    return failSystem(errno, "look up", directories_->blobsPath(BlobUsage::shardName(shard)));
  }
  if (syncs_->isSynced(shard, changedAt(file))) return {};
  return syncShard(digest);
}

}  // namespace larder::storage::filesystem
