// The body of a blob's download, also of one that is still arriving.
#pragma once

#include <cstdint>
#include <memory>

#include "larder/http/message.hpp"
#include "larder/registry/services.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::api::oci {

// Yields [offset, end) of `blob` as far as it is there, and waits for the rest. Pieces are bounded, so that memory does
// not depend on the blob and a cut transfer is noticed soon.
class BlobBody final : public http::BodySource {
 public:
  static constexpr std::uint64_t kMaxFilePiece = 4 * 1024 * 1024;
  static constexpr std::uint64_t kMaxCopiedPiece = 256 * 1024;

  // `served` outlives the body.
  BlobBody(registry::BlobAnswer blob, std::uint64_t offset, std::uint64_t end, telemetry::Counter& served);

  runtime::Task<core::Result<std::optional<http::Piece>>> next() override;

 private:
  registry::BlobAnswer blob_;
  std::uint64_t offset_;
  std::uint64_t end_;
  telemetry::Counter& served_;
};

}  // namespace larder::api::oci
