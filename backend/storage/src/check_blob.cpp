#include "larder/storage/check_blob.hpp"

#include <span>
#include <utility>
#include <vector>

namespace larder::storage {

using core::ErrorCode;
using core::fail;

namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

Task<Result<Digest>> digestOf(std::shared_ptr<BlobReader> reader, core::DigestAlgorithm algorithm, Pace pace) {
  core::Hasher hasher(algorithm);
  std::vector<std::byte> piece(kPieceBytes);
  std::uint64_t offset = 0;
  while (true) {
    auto read = co_await reader->readAt(offset, piece);
    if (!read) co_return fail(std::move(read.error()));
    if (*read == 0) co_return hasher.digest();
    hasher.update(std::span(piece).first(*read));
    offset += *read;
    if (!co_await pace(*read)) co_return fail(ErrorCode::Cancelled, "The check was cancelled.");
  }
}

}  // namespace

Task<Result<BlobCheck>> checkBlob(std::shared_ptr<BlobStore> blobs, Digest digest, Pace pace) {
  auto reader = co_await blobs->open(digest);
  if (!reader && reader.error().code == ErrorCode::BlobUnknown) co_return BlobCheck::Gone;
  if (!reader) co_return fail(std::move(reader.error()));
  auto actual = co_await digestOf(std::move(*reader), digest.algorithm(), std::move(pace));
  if (!actual) co_return fail(std::move(actual.error()));
  if (*actual == digest) co_return BlobCheck::Sound;
  auto stored = co_await blobs->stat(digest);
  if (!stored) co_return fail(std::move(stored.error()));
  co_return *stored ? BlobCheck::Damaged : BlobCheck::Gone;
}

}  // namespace larder::storage
