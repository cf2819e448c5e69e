// BlobStore: the seam for content. A driver keeps immutable content by digest, and partial content by an id until it
// is committed. Nothing here says "file": a driver over an object store fits as well.
//
// All methods may be called from any io thread; a driver offloads what blocks. tests/suites/blob_store_suite.hpp is the
// behaviour that each driver must show.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"

namespace larder::storage {

using core::Digest;
using core::Result;
using runtime::Task;

// An open descriptor, shared by those who send from it and closed with the last of them.
class FileHandle {
 public:
  // `closing`: where the descriptor is closed if that frees a large file, which takes the file system long.
  explicit FileHandle(int descriptor, std::optional<runtime::Executor> closing = std::nullopt)
      : descriptor_(descriptor), closing_(std::move(closing)) {}
  ~FileHandle();
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::optional<runtime::Executor> closing_;
};

// Content that can be read at any offset, by many at once.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  // Bytes that can be read now. For a partial blob this grows.
  virtual std::uint64_t size() const = 0;
  // The descriptor to sendfile(2) from; null if the driver has none. Offsets in it are offsets in the blob.
  virtual std::shared_ptr<FileHandle> file() const = 0;
  // Reads up to into.size() bytes from `offset`; 0 at the end of what is there.
  virtual Task<Result<std::size_t>> readAt(std::uint64_t offset, std::span<std::byte> into) = 0;
};

struct BlobInfo {
  Digest digest;
  std::uint64_t size = 0;
  std::chrono::system_clock::time_point storedAt{};  // or stored again, the last time
};

// Takes content in order and makes a blob of it. One caller at a time; hash and bytes always agree. A writer that is
// destroyed without commit or discard leaves its partial content in place, to be resumed.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  // Bytes taken so far.
  virtual std::uint64_t size() const = 0;
  // Appends all of `data`, which must live until the task ends. NoSpace, Io.
  virtual Task<Result<void>> append(std::span<const std::byte> data) = 0;
  // A reader of what has been appended, valid beyond commit (and beyond discard, for what it had seen). Its size()
  // grows as append() completes and may be read from any thread.
  virtual std::shared_ptr<BlobReader> follow() = 0;
  // Corrupt if what was appended has another digest: the partial content is then removed. commit() verifies too, but
  // who has verified before can hand the content on while commit() waits for the disk.
  virtual Task<Result<void>> verify(Digest expected) = 0;
  // Verifies, makes durable and publishes under `expected`. Corrupt if the content has another digest: the partial
  // content is then removed. An algorithm other than sha256 is hashed from the partial content. Committing what is
  // already stored succeeds and keeps the stored copy.
  virtual Task<Result<BlobInfo>> commit(Digest expected) = 0;
  // Removes the partial content.
  virtual Task<Result<void>> discard() = 0;
};

struct PartialInfo {
  std::string id;
  std::uint64_t size = 0;
  std::chrono::system_clock::time_point changedAt{};
};

struct StoreUsage {
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;         // of committed blobs
  std::uint64_t partialBytes = 0;  // of partial content
  std::uint64_t capacity = 0;      // of the medium; 0 if unknown
  std::uint64_t free = 0;          // of the medium
  std::uint64_t medium = 0;        // which one: stores that share it tell the same number
  std::string unwritable = {};     // why nothing can be stored; "" if it can

  // What another store holds is added; the medium stays this one's.
  StoreUsage& operator+=(const StoreUsage& other) {
    blobs += other.blobs;
    bytes += other.bytes;
    partialBytes += other.partialBytes;
    if (unwritable.empty()) unwritable = other.unwritable;
    return *this;
  }
};

struct SmallBlob {
  Digest digest;
  std::string content;
};

class BlobStore {
 public:
  virtual ~BlobStore() = default;

  virtual Task<Result<std::optional<BlobInfo>>> stat(Digest digest) = 0;
  // BlobUnknown if there is none.
  virtual Task<Result<std::shared_ptr<BlobReader>>> open(Digest digest) = 0;
  // As stat(), and counts the blob as stored now.
  virtual Task<Result<std::optional<BlobInfo>>> renew(Digest digest) = 0;
  // Removes the blob unless it was stored, or renewed, at or after `before`; whether it did. Of a renew() and a
  // removal at the same time one comes first: a blob that was renewed after `before` stays.
  virtual Task<Result<bool>> removeUnlessRenewed(Digest digest, std::chrono::system_clock::time_point before) = 0;
  // Removes a blob; succeeds if there is none. Readers that are open go on.
  virtual Task<Result<void>> remove(Digest digest) = 0;
  // Takes a blob out of service whose content is damaged: it is kept aside for the admin, and no blob any more. Where
  // it is kept, for the admin to find; "" if there is none.
  virtual Task<Result<std::string>> quarantine(Digest digest) = 0;
  // Up to `limit` blobs in the order of their digests, after `after` (none: from the start).
  virtual Task<Result<std::vector<BlobInfo>>> list(std::optional<Digest> after, std::size_t limit) = 0;

  // Opens the partial content `id` for appending: new if there is none, else from where it ended (the hash is made up
  // for first). `id` is of [A-Za-z0-9._-]{1,128} and neither "." nor "..", else InvalidArgument. Conflict while anybody
  // has a writer for it.
  virtual Task<Result<std::unique_ptr<BlobWriter>>> write(std::string id) = 0;
  virtual Task<Result<std::vector<PartialInfo>>> partials() = 0;
  // Removes partial content that nobody writes (else Conflict); succeeds if there is none.
  virtual Task<Result<void>> removePartial(std::string id) = 0;

  // Stores small blobs whole (manifests, what an import brings): as write, append and commit of each, for one wait for
  // the medium. The results are in the order of `blobs`. All of them are in memory at once: the caller bounds them.
  virtual Task<std::vector<Result<BlobInfo>>> putAll(std::vector<SmallBlob> blobs) = 0;
  // One of them.
  Task<Result<BlobInfo>> put(Digest expected, std::string content);

  // Counted in the background after the start, then kept up to date.
  virtual Task<Result<StoreUsage>> usage() = 0;
};

}  // namespace larder::storage
