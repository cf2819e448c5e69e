// How many blobs there are and how many bytes they have, without making anybody wait for a walk over the disk.
//
// The fan-out directories ("shards") are counted one after the other on the blocking pool. Whoever adds or removes a
// blob does it while holding the shard's lock: before the shard was counted the count will see it, afterwards the
// totals are adjusted. A later recount looks only at shards whose directory has changed since, which also takes in what
// another process on the same data directory did.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "drivers/filesystem/directories.hpp"
#include "larder/core/digest.hpp"
#include "larder/runtime/task.hpp"

namespace larder::storage::filesystem {

// Thread-safe. Kept in a shared_ptr: a count that is under way when it is destroyed ends early.
class BlobUsage : public std::enable_shared_from_this<BlobUsage> {
 public:
  static constexpr std::size_t kShardsOfAlgorithm = 256;
  static constexpr std::size_t kShards = 2 * kShardsOfAlgorithm;
  static constexpr std::chrono::seconds kRecountAfter{60};

  struct Totals {
    std::uint64_t blobs = 0;
    std::uint64_t bytes = 0;
  };

  // Holds a shard's lock while a blob is added or removed there. On blocking threads only.
  class Change {
   public:
    void added(std::uint64_t bytes) { note(1, static_cast<std::int64_t>(bytes)); }
    void removed(std::uint64_t bytes) { note(-1, -static_cast<std::int64_t>(bytes)); }

   private:
    friend BlobUsage;
    Change(BlobUsage& usage, std::size_t shard) : usage_(usage), shard_(shard), lock_(usage.shards_[shard].mutex) {}
    void note(std::int64_t blobs, std::int64_t bytes);

    BlobUsage& usage_;
    std::size_t shard_;
    std::unique_lock<std::mutex> lock_;
  };

  BlobUsage(std::shared_ptr<const Directories> directories, runtime::Executor blocking)
      : directories_(std::move(directories)), blocking_(std::move(blocking)) {}

  // Counts in the background, unless a count is under way. Returns at once.
  void count();
  // Counts again if the last count is older than kRecountAfter.
  void countIfStale();
  Change change(const core::Digest& digest) { return Change(*this, shardOf(digest)); }
  Totals totals() const;

  static std::size_t shardOf(const core::Digest& digest);
  // "sha256/ab", relative to the directory of blobs.
  static std::string shardName(std::size_t shard);

 private:
  struct Shard {
    std::mutex mutex;
    std::uint64_t blobs = 0;
    std::uint64_t bytes = 0;
    bool counted = false;
    std::chrono::system_clock::time_point unchangedSince{};  // the directory's mtime at the count; epoch: count again
  };

  void post(std::size_t shard);
  void countShard(std::size_t shard);

  std::shared_ptr<const Directories> directories_;
  runtime::Executor blocking_;
  std::array<Shard, kShards> shards_;
  std::atomic<std::int64_t> blobs_{0};
  std::atomic<std::int64_t> bytes_{0};
  std::atomic<bool> counting_{false};
  std::atomic<std::chrono::steady_clock::rep> countedAt_{0};
};

}  // namespace larder::storage::filesystem
