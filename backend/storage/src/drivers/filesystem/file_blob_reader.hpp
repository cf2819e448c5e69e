// Reads a file, whole or still growing.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "larder/storage/blob_store.hpp"

namespace larder::storage::filesystem {

// What a writer and those who follow it share. The descriptor is the inode's: it stays good when the file is renamed or
// removed.
struct GrowingFile {
  GrowingFile(std::shared_ptr<FileHandle> opened, std::uint64_t bytes, std::string name)
      : file(std::move(opened)), size(bytes), path(std::move(name)) {}

  const std::shared_ptr<FileHandle> file;
  std::atomic<std::uint64_t> size;  // written and hashed; stored with release after the bytes are there
  const std::string path;           // for messages
};

class FileBlobReader final : public BlobReader {
 public:
  FileBlobReader(std::shared_ptr<const GrowingFile> content, runtime::Executor blocking)
      : content_(std::move(content)), blocking_(std::move(blocking)) {}

  std::uint64_t size() const override { return content_->size.load(std::memory_order_acquire); }
  std::shared_ptr<FileHandle> file() const override { return content_->file; }
  Task<Result<std::size_t>> readAt(std::uint64_t offset, std::span<std::byte> into) override;

 private:
  std::shared_ptr<const GrowingFile> content_;
  runtime::Executor blocking_;
};

}  // namespace larder::storage::filesystem
