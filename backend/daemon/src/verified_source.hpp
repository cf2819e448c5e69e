// Files of Zot's whose content has been verified.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/runtime/task.hpp"
#include "source_files.hpp"

namespace larder::daemon {

// Which files have been verified: Zot gives one file to several repositories, under several names. Thread-safe.
class VerifiedFiles {
 public:
  bool has(const struct ::stat& file, const core::Digest& digest) const;
  // `file` as it was before it was read.
  void add(const struct ::stat& file, const core::Digest& digest);

 private:
  struct Entry {
    struct ::timespec changedAt{};
    core::Digest digest;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Entry> entries_;  // by device and inode
};

// The hashes of a blob's pieces, so that each piece can be told from anything that is written over it later.
struct PieceHashes {
  static constexpr std::size_t kBytes = 64 * 1024;
  std::vector<core::Digest> pieces;
};

// Reads all of the file: Corrupt if it has another digest; Io.
runtime::Task<core::Result<PieceHashes>> verifySource(SourceFile file, core::Digest digest, runtime::Executor blocking);

// The blobs that are served from Zot's own files, since there is no room for them. Every piece is verified when it is
// read, as others may write to the file. Thread-safe.
class UnstoredBlobs {
 public:
  explicit UnstoredBlobs(runtime::Executor blocking) : blocking_(std::move(blocking)) {}

  bool has(const core::Digest& digest) const;
  void add(const core::Digest& digest, SourceFile file, PieceHashes hashes);
  // Null if there is none.
  std::shared_ptr<storage::BlobReader> open(const core::Digest& digest) const;

 private:
  const runtime::Executor blocking_;
  mutable std::mutex mutex_;
  std::unordered_map<core::Digest, std::shared_ptr<storage::BlobReader>> readers_;
};

}  // namespace larder::daemon
