#include "oci/blob_body.hpp"

#include <algorithm>
#include <utility>

namespace larder::api::oci {

BlobBody::BlobBody(registry::BlobAnswer blob, std::uint64_t offset, std::uint64_t end, telemetry::Counter& served)
    : blob_(std::move(blob)), offset_(offset), end_(end), served_(served) {}

runtime::Task<core::Result<std::optional<http::Piece>>> BlobBody::next() {
  if (offset_ >= end_) co_return std::nullopt;
  auto there = end_;
  if (blob_.growth) {
    there = blob_.growth->available();
    if (there <= offset_) {
      auto grown = co_await blob_.growth->waitBeyond(offset_);
      if (!grown) co_return core::fail(grown.error());
      there = blob_.growth->available();
      if (there <= offset_) {
        co_return core::fail(core::ErrorCode::Internal, "The blob has not reached the reported size.");
      }
    }
  }
  // Asked after `there` is known: a blob that the store takes no more of goes on without a file.
  auto file = blob_.reader->file();
  auto length = std::min(std::min(end_, there) - offset_, file ? kMaxFilePiece : kMaxCopiedPiece);
  if (file) {
    auto descriptor = file->descriptor();
    http::FilePiece piece{std::move(file), descriptor, offset_, length};
    offset_ += length;
    served_.add(length);
    co_return http::Piece(std::move(piece));
  }
  std::string bytes(length, '\0');
  auto read = co_await blob_.reader->readAt(offset_, std::as_writable_bytes(std::span(bytes)));
  if (!read) co_return core::fail(read.error());
  if (*read == 0) co_return core::fail(core::ErrorCode::Io, "A stored blob is shorter than its recorded size.");
  bytes.resize(*read);
  offset_ += *read;
  served_.add(*read);
  co_return http::Piece(std::move(bytes));
}

}  // namespace larder::api::oci
