// Writes a partial file and makes a blob of it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "drivers/filesystem/blob_tree.hpp"
#include "drivers/filesystem/directories.hpp"
#include "drivers/filesystem/file_blob_reader.hpp"
#include "drivers/filesystem/partial_files.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::storage::filesystem {

class FileBlobWriter final : public BlobWriter {
 public:
  struct Place {
    std::shared_ptr<const Directories> directories;
    std::shared_ptr<BlobTree> blobs;
    runtime::Executor blocking, syncing, background;
  };

  // Takes over the locked file and hashes what is in it, in the background and with pauses.
  static Task<Result<std::unique_ptr<BlobWriter>>> resume(Place place, std::string id, OpenPartial partial);
  ~FileBlobWriter() override;

  std::uint64_t size() const override { return content_->size.load(std::memory_order_relaxed); }
  Task<Result<void>> append(std::span<const std::byte> data) override;
  std::shared_ptr<BlobReader> follow() override;
  Task<Result<void>> verify(Digest expected) override;
  Task<Result<BlobInfo>> commit(Digest expected) override;
  Task<Result<void>> discard() override;

 private:
  FileBlobWriter(Place place, std::string id, std::shared_ptr<GrowingFile> content, core::Hasher hasher);

  Result<void> write(std::span<const std::byte> data);
  Result<void> check(const Digest& expected);
  Result<BlobInfo> publish(const Digest& expected);
  Result<Digest> digest(core::DigestAlgorithm algorithm) const;
  Result<void> unlink();
  void unlock();

  Place place_;
  std::string id_;
  std::shared_ptr<GrowingFile> content_;
  core::Hasher hasher_;
  std::optional<Digest> verified_;  // what was appended has it
  std::uint64_t writtenBack_ = 0;   // the kernel was asked to begin writing the file to the disk up to here
  bool open_ = true;                // neither committed nor discarded; holds the lock
};

}  // namespace larder::storage::filesystem
