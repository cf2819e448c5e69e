#include "drivers/filesystem/file_blob_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "larder/runtime/offload.hpp"

namespace larder::storage::filesystem {

using core::ErrorCode;
using core::fail;

namespace {

constexpr std::size_t kHashChunkBytes = 256 * 1024;
// Written back as it arrives, so that the sync at the end of a large blob finds little left to do.
constexpr std::uint64_t kWriteBackBytes = 8 * 1024 * 1024;

// What one task hashes; others get their turn in between, for a file may have many gigabytes.
constexpr std::uint64_t kHashTurnBytes = 32 * 1024 * 1024;

// The file's bytes from `offset` to `end`.
Result<void> hashPiece(int descriptor, std::uint64_t offset, std::uint64_t end, core::Hasher& hasher,
                       const std::string& path) {
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(kHashChunkBytes, end - offset)));
  while (offset < end) {
    auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end - offset));
    auto got = readFully(descriptor, std::span(buffer).first(wanted), offset, path);
    if (!got) return fail(std::move(got.error()));
    if (*got < wanted)
      return fail(ErrorCode::Io, "The file was truncated by another process while it was being read.", path);
    hasher.update(std::span(buffer).first(wanted));
    offset += wanted;
  }
  return {};
}

tl::unexpected<core::Error> failFinished(const std::string& id) {
  return fail(ErrorCode::Conflict, "This partial content has already been committed or discarded.", id);
}

}  // namespace

Task<Result<std::unique_ptr<BlobWriter>>> FileBlobWriter::resume(Place place, std::string id, OpenPartial partial) {
  auto path = place.directories->partialPath(id);
  core::Hasher hasher(core::DigestAlgorithm::Sha256);
  for (std::uint64_t offset = 0; offset < partial.size;) {
    auto end = std::min(partial.size, offset + kHashTurnBytes);
    auto hashed = co_await runtime::offload(
        place.background, [&, offset, end] { return hashPiece(partial.descriptor.get(), offset, end, hasher, path); });
    if (!hashed) co_return fail(std::move(hashed.error()));
    offset = end;
  }
  auto handle = std::make_shared<FileHandle>(partial.descriptor.release(), place.background);
  auto content = std::make_shared<GrowingFile>(std::move(handle), partial.size, std::move(path));
  co_return std::unique_ptr<BlobWriter>(
      new FileBlobWriter(std::move(place), std::move(id), std::move(content), std::move(hasher)));
}

FileBlobWriter::FileBlobWriter(Place place, std::string id, std::shared_ptr<GrowingFile> content, core::Hasher hasher)
    : place_(std::move(place)), id_(std::move(id)), content_(std::move(content)), hasher_(std::move(hasher)) {}

FileBlobWriter::~FileBlobWriter() {
  if (open_) unlock();
}

void FileBlobWriter::unlock() {
  open_ = false;
  unlockPartial(content_->file->descriptor());
}

Task<Result<void>> FileBlobWriter::append(std::span<const std::byte> data) {
  if (!open_) co_return failFinished(id_);
  if (data.empty()) co_return Result<void>{};
  co_return co_await runtime::offload(place_.blocking, [this, data] { return write(data); });
}

Result<void> FileBlobWriter::write(std::span<const std::byte> data) {
  int descriptor = content_->file->descriptor();
  auto start = size();
  if (int error = writeAll(descriptor, data, start); error != 0) {
    // Bytes and hash must agree: what came of this chunk is taken back. Whoever resumes hashes the file anew, so that a
    // failure here does no harm.
    if (::ftruncate(descriptor, static_cast<::off_t>(start)) != 0) unlock();
    return failSystem(error, "write", content_->path);
  }
  hasher_.update(data);
  verified_.reset();
  auto end = start + data.size();
  content_->size.store(end, std::memory_order_release);
  if (place_.directories->fsync && end - writtenBack_ >= kWriteBackBytes) {
    ::sync_file_range(descriptor, static_cast<::off64_t>(writtenBack_), static_cast<::off64_t>(end - writtenBack_),
                      SYNC_FILE_RANGE_WRITE);
    writtenBack_ = end;
  }
  return {};
}

std::shared_ptr<BlobReader> FileBlobWriter::follow() {
  return std::make_shared<FileBlobReader>(content_, place_.blocking);
}

Task<Result<void>> FileBlobWriter::verify(Digest expected) {
  if (!open_) co_return failFinished(id_);
  co_return co_await runtime::offload(place_.blocking, [this, expected] { return check(expected); });
}

Task<Result<BlobInfo>> FileBlobWriter::commit(Digest expected) {
  if (!open_) co_return failFinished(id_);
  co_return co_await runtime::offload(place_.syncing, [this, expected] { return publish(expected); });
}

Result<void> FileBlobWriter::check(const Digest& expected) {
  if (verified_ == expected) return {};
  auto actual = digest(expected.algorithm());
  if (!actual) return fail(std::move(actual.error()));
  if (*actual != expected) {
    auto removed = unlink();
    if (!removed) return fail(std::move(removed.error()));
    return fail(ErrorCode::Corrupt, "The content has the digest " + actual->toString() + "; it was not stored.",
                expected.toString());
  }
  verified_ = expected;
  return {};
}

Result<BlobInfo> FileBlobWriter::publish(const Digest& expected) {
  if (auto checked = check(expected); !checked) return fail(std::move(checked.error()));
  ReadyFile file{content_->file->descriptor(), place_.directories->partial.get(), id_.c_str(), content_->path, size()};
  auto published = place_.blobs->publish(file, expected);
  if (!published) {
    // What is left cannot be relied on after a failed sync: pages that were not written may look clean.
    if (auto removed = unlink(); !removed) return fail(std::move(removed.error()));
    return published;
  }
  unlock();
  return published;
}

Result<Digest> FileBlobWriter::digest(core::DigestAlgorithm algorithm) const {
  if (algorithm == hasher_.algorithm()) return hasher_.digest();
  core::Hasher hasher(algorithm);
  auto hashed = hashPiece(content_->file->descriptor(), 0, size(), hasher, content_->path);
  if (!hashed) return fail(std::move(hashed.error()));
  return hasher.digest();
}

Task<Result<void>> FileBlobWriter::discard() {
  if (!open_) co_return Result<void>{};
  co_return co_await runtime::offload(place_.blocking, [this] { return unlink(); });
}

// The file goes before its lock, so that nobody can take over what is being removed.
Result<void> FileBlobWriter::unlink() {
  bool gone = ::unlinkat(place_.directories->partial.get(), id_.c_str(), 0) == 0 || errno == ENOENT;
  int error = gone ? 0 : errno;
  unlock();
  if (!gone) return failSystem(error, "remove", content_->path);
  return {};
}

}  // namespace larder::storage::filesystem
