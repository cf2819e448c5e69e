#include "drivers/filesystem/blob_usage.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>

namespace larder::storage::filesystem {

using SystemTime = std::chrono::system_clock::time_point;

std::size_t BlobUsage::shardOf(const core::Digest& digest) {
  auto first = std::to_integer<std::size_t>(digest.raw()[0]);
  return first + (digest.algorithm() == core::DigestAlgorithm::Sha256 ? 0 : kShardsOfAlgorithm);
}

std::string BlobUsage::shardName(std::size_t shard) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string name = shard < kShardsOfAlgorithm ? "sha256/" : "sha512/";
  name += kHex[(shard >> 4) & 15];
  name += kHex[shard & 15];
  return name;
}

void BlobUsage::Change::note(std::int64_t blobs, std::int64_t bytes) {
  Shard& shard = usage_.shards_[shard_];
  shard.unchangedSince = {};
  if (!shard.counted) return;
  shard.blobs += static_cast<std::uint64_t>(blobs);
  shard.bytes += static_cast<std::uint64_t>(bytes);
  usage_.blobs_.fetch_add(blobs, std::memory_order_relaxed);
  usage_.bytes_.fetch_add(bytes, std::memory_order_relaxed);
}

void BlobUsage::count() {
  if (!counting_.exchange(true)) post(0);
}

void BlobUsage::countIfStale() {
  auto countedAt = std::chrono::steady_clock::time_point(std::chrono::steady_clock::duration(countedAt_.load()));
  if (std::chrono::steady_clock::now() - countedAt >= kRecountAfter) count();
}

BlobUsage::Totals BlobUsage::totals() const {
  return {static_cast<std::uint64_t>(std::max<std::int64_t>(0, blobs_.load(std::memory_order_relaxed))),
          static_cast<std::uint64_t>(std::max<std::int64_t>(0, bytes_.load(std::memory_order_relaxed)))};
}

// One shard for each turn on the pool, so that a count of a large store leaves room for others.
void BlobUsage::post(std::size_t shard) {
  boost::asio::post(blocking_, [weak = weak_from_this(), shard] {
    auto self = weak.lock();
    if (!self) return;
    self->countShard(shard);
    if (shard + 1 < kShards) {
      self->post(shard + 1);
      return;
    }
    self->countedAt_ = std::chrono::steady_clock::now().time_since_epoch().count();
    self->counting_ = false;
  });
}

void BlobUsage::countShard(std::size_t index) {
  Shard& shard = shards_[index];
  std::lock_guard lock(shard.mutex);
  auto name = shardName(index);
  struct ::stat info{};
  SystemTime changedAt{};
  if (::fstatat(directories_->blobs.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
    changedAt = toTime(info.st_mtim);
    if (shard.counted && shard.unchangedSince == changedAt) return;
  }

  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
  auto listed = forEachEntry(
      directories_->blobs.get(), name.c_str(), directories_->blobsPath(name), [&](int directory, const char* entry) {
        struct ::stat file{};
        if (::fstatat(directory, entry, &file, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(file.st_mode)) {
          ++blobs;
          bytes += static_cast<std::uint64_t>(file.st_size);
        }
        return true;
      });
  if (!listed) {
    spdlog::warn("storage.count_failed error=\"{}\"", listed.error().message);
    return;
  }
  blobs_.fetch_add(static_cast<std::int64_t>(blobs - shard.blobs), std::memory_order_relaxed);
  bytes_.fetch_add(static_cast<std::int64_t>(bytes - shard.bytes), std::memory_order_relaxed);
  shard.blobs = blobs;
  shard.bytes = bytes;
  shard.counted = true;
  // Timestamps of files are as coarse as the kernel's tick: a directory that changed just now may change again without
  // its time showing it.
  bool settled = std::chrono::system_clock::now() - changedAt > std::chrono::seconds(1);
  shard.unchangedSince = settled ? changedAt : SystemTime{};
}

}  // namespace larder::storage::filesystem
