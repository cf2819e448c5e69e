#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "drivers/filesystem/blob_tree.hpp"

namespace larder::storage::filesystem {
namespace {

// The `limit` smallest of the digests that are put in, as a heap with the largest on top.
class Smallest {
 public:
  explicit Smallest(std::size_t limit) : limit_(limit) {}

  void put(const Digest& digest) {
    if (heap_.size() == limit_) {
      if (digest > heap_.front()) return;
      std::ranges::pop_heap(heap_);
      heap_.pop_back();
    }
    heap_.push_back(digest);
    std::ranges::push_heap(heap_);
  }
  std::vector<Digest> sorted() && {
    std::ranges::sort_heap(heap_);
    return std::move(heap_);
  }

 private:
  std::size_t limit_;
  std::vector<Digest> heap_;
};

}  // namespace

Result<std::vector<Digest>> BlobTree::smallest(std::size_t shard, const std::optional<Digest>& after,
                                               std::size_t limit) const {
  auto name = BlobUsage::shardName(shard);
  auto prefix = name.substr(0, name.find('/')) + ":";
  Smallest smallest(limit);
  auto listed =
      forEachEntry(directories_->blobs.get(), name.c_str(), directories_->blobsPath(name), [&](int, const char* entry) {
        auto digest = Digest::parse(prefix + entry);
        // What is no digest, or in the wrong directory, is not ours.
        bool ours = digest && BlobUsage::shardOf(*digest) == shard;
        if (ours && (!after || *digest > *after)) smallest.put(*digest);
        return true;
      });
  if (!listed) return core::fail(std::move(listed.error()));
  return std::move(smallest).sorted();
}

Result<std::vector<BlobInfo>> BlobTree::list(const std::optional<Digest>& after, std::size_t limit) const {
  std::vector<BlobInfo> found;
  auto cursor = after;
  auto shard = after ? BlobUsage::shardOf(*after) : 0;
  while (shard < BlobUsage::kShards && found.size() < limit) {
    auto wanted = limit - found.size();
    auto digests = smallest(shard, cursor, wanted);
    if (!digests) return core::fail(std::move(digests.error()));
    for (const auto& digest : *digests) {
      auto info = stat(digest);
      if (!info) return core::fail(std::move(info.error()));
      if (*info) found.push_back(**info);
    }
    // Some of a full page may have been removed meanwhile: the shard can have more, then.
    if (digests->size() < wanted) {
      ++shard;
    } else {
      cursor = digests->back();
    }
  }
  return found;
}

}  // namespace larder::storage::filesystem
