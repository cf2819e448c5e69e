// The committed blobs on disk. Its calls block: they are made on the blocking pool.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/filesystem/blob_usage.hpp"
#include "drivers/filesystem/directories.hpp"
#include "drivers/filesystem/name_syncs.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::storage::filesystem {

struct OpenBlob {
  UniqueFd descriptor;
  std::uint64_t size = 0;
};

// A file that is to become a blob: whole, and verified to have the digest.
struct ReadyFile {
  int descriptor;    // open for writing
  int directory;     // where it is
  const char* name;  // and under what name
  std::string path;  // for messages
  std::uint64_t size = 0;
};

struct ReadyBlob {
  ReadyFile file;
  Digest digest;
};

// Thread-safe.
class BlobTree {
 public:
  BlobTree(std::shared_ptr<const Directories> directories, std::shared_ptr<BlobUsage> usage)
      : directories_(std::move(directories)), usage_(std::move(usage)) {}

  Result<std::optional<BlobInfo>> stat(const Digest& digest) const;
  Result<OpenBlob> open(const Digest& digest) const;
  Result<void> remove(const Digest& digest);
  // As BlobStore::removeUnlessRenewed.
  Result<bool> removeUnlessRenewed(const Digest& digest, std::chrono::system_clock::time_point before);
  // Brings back what a process that was killed had set aside to remove it. Before anything is counted.
  void putBackAfterCrash() const;
  // The directories that nearly all blobs go to, so that a flood of first pulls does not make them all at once. If that
  // fails, the first blob tries again and tells why.
  void makeCommonShards() { static_cast<void>(makeShards(0)); }
  // As BlobStore::quarantine.
  Result<std::string> quarantine(const Digest& digest);
  // As BlobStore::list. Holds no more than `limit` entries at any time.
  Result<std::vector<BlobInfo>> list(const std::optional<Digest>& after, std::size_t limit) const;

  // Makes `file` durable and moves it to its place in one atomic step; `file.name` is gone when it returns
  // successfully. If the blob is there already, the stored one is kept, and counts as stored now.
  Result<BlobInfo> publish(const ReadyFile& file, const Digest& digest);
  // As publish() of each, in their order. Many wait for the disk together: once for their content, before any of them
  // gets its name, and once for the names.
  std::vector<Result<BlobInfo>> publishAll(std::span<const ReadyBlob> blobs);
  // If the blob is there: counts it as stored now, so that gc does not take it for an old one, and tells about it, once
  // it would outlive a power cut.
  Result<std::optional<BlobInfo>> renew(const Digest& digest);
  // renew() by who has the content: a stored blob of another size is damaged, and goes to quarantine.
  Result<std::optional<BlobInfo>> renewSized(const Digest& digest, std::uint64_t size);

 private:
  Result<std::vector<Digest>> smallest(std::size_t shard, const std::optional<Digest>& after, std::size_t limit) const;
  Result<bool> setAside(const Digest& digest, const std::string& aside, std::chrono::system_clock::time_point before);
  Result<void> putBack(const Digest& digest, const char* aside) const;
  Result<bool> moveIn(const ReadyFile& file, const Digest& digest);
  // Nothing if the file is the blob now; what is known of the stored one if it was there already, the file then is
  // gone.
  Result<std::optional<BlobInfo>> place(const ReadyFile& file, const Digest& digest);
  // All that was written to the file system by now, whoever wrote it.
  Result<void> syncAll() const;
  // All directories of the shard's algorithm, at once: the disk is waited for once, and not with each blob.
  Result<void> makeShards(std::size_t shard);
  // Whether this process has made them durable: one that was killed may have left them without.
  std::atomic<bool>& hasShards(std::size_t shard) { return hasShards_[shard / BlobUsage::kShardsOfAlgorithm]; }
  Result<void> syncShard(const Digest& digest) const;
  // Unless it is synced.
  Result<void> syncIfNeeded(const Digest& digest) const;
  std::string path(const Digest& digest) const;

  std::shared_ptr<const Directories> directories_;
  std::shared_ptr<BlobUsage> usage_;
  std::array<std::atomic<bool>, BlobUsage::kShards / BlobUsage::kShardsOfAlgorithm> hasShards_{};
  std::unique_ptr<NameSyncs> syncs_ = std::make_unique<NameSyncs>();
};

// "sha256/ab/abcd…", relative to the directory of blobs.
std::string blobName(const Digest& digest);

}  // namespace larder::storage::filesystem
