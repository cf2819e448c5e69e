// Which shards have all names of their blobs on the disk, so that one who finds a blob knows whether it would outlive a
// power cut. Between the rename of a blob and the sync of its directory others can find it already.
//
// A shard counts as synced while no name was added, by this process or another, since a sync began. At the start none
// does: what an earlier process has renamed may not be on the disk.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>

#include "drivers/filesystem/blob_usage.hpp"

namespace larder::storage::filesystem {

// Thread-safe.
class NameSyncs {
 public:
  // What a sync of the shard's directory will have put on the disk.
  struct Mark {
    std::uint64_t names = 0;
    std::int64_t changedAt = 0;  // mtime of the directory, in ns
    friend bool operator==(const Mark&, const Mark&) = default;
  };

  // Adds a name by `rename`, which tells whether it has.
  template <class Rename>
  bool add(std::size_t shard, Rename rename) {
    std::lock_guard lock(shards_[shard].mutex);
    bool added = rename();
    if (added) ++shards_[shard].names;
    return added;
  }
  // Taken before the sync begins.
  Mark mark(std::size_t shard, std::int64_t changedAt) {
    std::lock_guard lock(shards_[shard].mutex);
    return {shards_[shard].names, changedAt};
  }
  void synced(std::size_t shard, Mark mark) {
    std::lock_guard lock(shards_[shard].mutex);
    shards_[shard].synced = mark;
  }
  bool isSynced(std::size_t shard, std::int64_t changedAt) {
    std::lock_guard lock(shards_[shard].mutex);
    return shards_[shard].synced == Mark{shards_[shard].names, changedAt};
  }

 private:
  struct Shard {
    std::mutex mutex;
    std::uint64_t names = 1;
    Mark synced;
  };
  std::array<Shard, BlobUsage::kShards> shards_;
};

}  // namespace larder::storage::filesystem
