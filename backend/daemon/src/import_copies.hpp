// Copies the small files of a Zot tree into a store: many repositories' at a time, for one wait for the disk.
//
// A cache of thousands of images has tens of thousands of files of a few hundred bytes, and waiting for the disk twice
// for each of them takes most of an import's time.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "import_layout.hpp"
#include "larder/core/digest.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/runtime/signal.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::daemon {

// Thread-safe. Kept in a shared_ptr.
class ImportCopies : public std::enable_shared_from_this<ImportCopies> {
 public:
  static constexpr std::uint64_t kSmallBytes = 64 * 1024;

  // What copies and waits runs on a queue of its own.
  explicit ImportCopies(runtime::Runtime& runtime);

  // Stores those of `digests` that are small; tells which. What is missing, damaged or has no room is left to whoever
  // takes the blobs one by one, and says why. `urgent`: before what waits here already. `store` outlives it.
  runtime::Task<std::vector<storage::BlobInfo>> take(storage::BlobStore* store, LayoutPlace layout,
                                                     std::vector<core::Digest> digests, bool urgent);

 private:
  struct Order {
    storage::BlobStore* store;
    LayoutPlace layout;
    std::vector<core::Digest> digests;
    std::vector<storage::BlobInfo> stored = {};
    std::atomic<bool> done{false};  // `stored` is whole
  };
  using Orders = std::vector<std::shared_ptr<Order>>;
  // What one store is to take next, and for whom.
  struct Piece {
    std::vector<storage::SmallBlob> blobs;
    std::vector<Order*> orders;
  };

  static runtime::Task<> work(std::shared_ptr<ImportCopies> self);
  Orders next();
  static runtime::Task<> serve(const Orders* orders);
  static runtime::Task<> store(storage::BlobStore* store, Piece piece);

  const runtime::Executor queue_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Order>> waiting_;
  bool working_ = false;
  runtime::Signal done_;
};

}  // namespace larder::daemon
