#include <utility>

#include "fields.hpp"
#include "oci/blob_body.hpp"
#include "oci/handlers.hpp"
#include "oci/pull_trace.hpp"
#include "range.hpp"

namespace larder::api::oci {
namespace {

// Blobs are never rendered: whoever pushed them chose their content.
constexpr const char* kBlobType = "application/octet-stream";

void describe(http::Response& response, const core::Digest& digest, const registry::BlobAnswer& blob) {
  response.set("Docker-Content-Digest", digest.toString());
  response.set("ETag", entityTag(digest));
  response.set("X-Cache", registry::toString(blob.cache));
}

void fill(http::Response& response, const Call& call, registry::BlobAnswer blob, std::uint64_t offset,
          std::uint64_t length) {
  auto& served = call.services->served.of(blob.upstream, blob.cache);
  auto file = blob.growth ? nullptr : blob.reader->file();
  if (file) {
    auto descriptor = file->descriptor();
    served.add(length);
    response.body = http::FilePiece{std::move(file), descriptor, offset, length};
  } else {
    response.contentLength = length;
    response.body = std::make_unique<BlobBody>(std::move(blob), offset, offset + length, served);
  }
}

// Apart from the coroutine, whose frame is kept for as long as a download waits for its upstream.
[[gnu::noinline]] http::Response answerBlob(const Call& call, const core::Digest& digest, registry::BlobAnswer blob) {
  http::Response response;
  response.trace = PullTrace::of(digest, blob);
  describe(response, digest, blob);
  auto tag = entityTag(digest);
  if (matchesEntityTag(call.head().field("If-None-Match"), tag)) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", kBlobType);
  response.set("Accept-Ranges", "bytes");

  auto size = blob.size;
  auto range = rangeAsked(call.head().field("Range"), call.head().field("If-Range"), tag, size);
  if (std::holds_alternative<Unsatisfiable>(range)) {
    http::Response refusal(416);
    refusal.set("Content-Range", unsatisfiedRange(size));
    return refusal;
  }
  if (auto* part = std::get_if<ByteRange>(&range)) {
    response.status = 206;
    response.set("Content-Range", contentRange(*part, size));
    fill(response, call, std::move(blob), part->first, part->length());
    return response;
  }
  fill(response, call, std::move(blob), 0, size);
  return response;
}

}  // namespace

Answer getBlob(Call call) {
  auto digest = core::Digest::parse(call.reference);
  if (!digest) co_return failed(call, digest.error(), Subject::Blob);
  auto got = co_await call.registry().blobs().get(call.name, *digest, call.asker());
  if (!got) co_return failedPull(call, got.error(), Subject::Blob);
  co_return answerBlob(call, *digest, std::move(*got));
}

Answer headBlob(Call call) {
  auto digest = core::Digest::parse(call.reference);
  if (!digest) co_return failed(call, digest.error(), Subject::Blob);
  auto got = co_await call.registry().blobs().head(call.name, *digest, call.asker());
  if (!got) co_return failed(call, got.error(), Subject::Blob);
  http::Response response;
  describe(response, *digest, *got);
  if (matchesEntityTag(call.head().field("If-None-Match"), entityTag(*digest))) {
    response.status = 304;
    co_return response;
  }
  response.set("Content-Type", kBlobType);
  response.set("Accept-Ranges", "bytes");
  response.contentLength = got->size;
  co_return response;
}

Answer deleteBlob(Call call) {
  auto digest = core::Digest::parse(call.reference);
  if (!digest) co_return failed(call, digest.error(), Subject::Blob);
  auto removed = co_await call.registry().blobs().remove(call.name, *digest);
  if (!removed) co_return failed(call, removed.error(), Subject::Blob);
  co_return http::Response(202);
}

}  // namespace larder::api::oci
