#include "verified_source.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "larder/runtime/offload.hpp"

namespace larder::daemon {
namespace {

using core::Digest;
using core::ErrorCode;
using core::Result;
using runtime::Task;

constexpr std::size_t kMostFiles = 50'000;
// Each has an open file, and 65 bytes of hash for each of its pieces.
constexpr std::size_t kMostReaders = 256;

std::string_view textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class SourceReader final : public storage::BlobReader {
 public:
  SourceReader(SourceFile file, PieceHashes hashes, runtime::Executor blocking)
      : file_(std::move(file)), hashes_(std::move(hashes)), blocking_(std::move(blocking)) {}

  std::uint64_t size() const override { return file_.size(); }
  // What goes out by sendfile(2) nobody can verify.
  std::shared_ptr<storage::FileHandle> file() const override { return nullptr; }
  Task<Result<std::size_t>> readAt(std::uint64_t offset, std::span<std::byte> into) override {
    co_return co_await runtime::offload(blocking_, [this, offset, into] { return read(offset, into); });
  }

 private:
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const {
    if (offset >= size()) return 0;
    auto number = static_cast<std::size_t>(offset / PieceHashes::kBytes);
    auto start = number * std::uint64_t{PieceHashes::kBytes};
    std::vector<std::byte> piece(
        static_cast<std::size_t>(std::min<std::uint64_t>(PieceHashes::kBytes, size() - start)));
    auto got = file_.readAt(start, piece);
    if (!got) return got;
    if (*got != piece.size() || Digest::of(textOf(piece)) != hashes_.pieces[number]) {
      return core::fail(ErrorCode::Corrupt, "Zot's file has been changed since it was verified.");
    }
    auto wanted = std::span(piece).subspan(static_cast<std::size_t>(offset - start));
    auto bytes = std::min(wanted.size(), into.size());
    std::ranges::copy(wanted.first(bytes), into.begin());
    return bytes;
  }

  const SourceFile file_;
  const PieceHashes hashes_;
  const runtime::Executor blocking_;
};

}  // namespace

bool VerifiedFiles::has(const struct ::stat& file, const Digest& digest) const {
  std::lock_guard lock(mutex_);
  auto found = entries_.find({file.st_dev, file.st_ino});
  if (found == entries_.end()) return false;
  const auto& [changedAt, verified] = found->second;
  return verified == digest && changedAt.tv_sec == file.st_ctim.tv_sec && changedAt.tv_nsec == file.st_ctim.tv_nsec;
}

void VerifiedFiles::add(const struct ::stat& file, const Digest& digest) {
  if (file.st_nlink < 2) return;
  std::lock_guard lock(mutex_);
  if (entries_.size() >= kMostFiles) entries_.clear();
  entries_[{file.st_dev, file.st_ino}] = {file.st_ctim, digest};
}

Task<Result<PieceHashes>> verifySource(SourceFile file, Digest digest, runtime::Executor blocking) {
  core::Hasher whole(digest.algorithm());
  PieceHashes hashes;
  std::vector<std::byte> piece(PieceHashes::kBytes);
  for (std::uint64_t at = 0; at < file.size(); at += piece.size()) {
    auto got = co_await runtime::offload(blocking, [&] {
      auto read = file.readAt(at, piece);
      if (!read) return read;
      auto bytes = std::span<const std::byte>(piece).first(*read);
      whole.update(bytes);
      hashes.pieces.push_back(Digest::of(textOf(bytes)));
      return read;
    });
    if (!got) co_return core::fail(got.error().code, got.error().message, digest.toString());
  }
  if (auto actual = whole.digest(); actual != digest) {
    co_return core::fail(ErrorCode::Corrupt, "The file has the digest " + actual.toString() + ".", digest.toString());
  }
  co_return hashes;
}

bool UnstoredBlobs::has(const Digest& digest) const {
  std::lock_guard lock(mutex_);
  return readers_.contains(digest);
}

void UnstoredBlobs::add(const Digest& digest, SourceFile file, PieceHashes hashes) {
  auto reader = std::make_shared<SourceReader>(std::move(file), std::move(hashes), blocking_);
  std::lock_guard lock(mutex_);
  // Those that are gone are verified once more when they are asked for.
  if (readers_.size() >= kMostReaders) readers_.clear();
  readers_.insert_or_assign(digest, std::move(reader));
}

std::shared_ptr<storage::BlobReader> UnstoredBlobs::open(const Digest& digest) const {
  std::lock_guard lock(mutex_);
  auto found = readers_.find(digest);
  return found == readers_.end() ? nullptr : found->second;
}

}  // namespace larder::daemon
