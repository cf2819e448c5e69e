#include <spdlog/spdlog.h>

#include <utility>

#include "oci/handlers.hpp"
#include "range.hpp"

namespace larder::api::oci {
namespace {

struct Chunk {
  std::optional<std::uint64_t> from;
  std::optional<std::uint64_t> length;
};

// Where the body goes, from Content-Range and Content-Length.
core::Result<Chunk> chunkOf(const Call& call) {
  Chunk chunk;
  chunk.length = call.request->body.length();
  auto field = call.head().field("Content-Range");
  if (field.empty()) return chunk;
  auto range = parseChunkRange(field);
  if (!range) return core::fail(range.error());
  if (chunk.length && *chunk.length != range->length()) {
    return core::fail(core::ErrorCode::SizeInvalid, "Content-Length and Content-Range do not match.");
  }
  chunk.from = range->first;
  chunk.length = range->length();
  return chunk;
}

runtime::ClientNetwork clientOf(const Call& call) {
  return runtime::ClientNetwork::of(call.head().remoteAddress);
}

std::string uploadPath(const Call& call, const std::string& id) {
  return "/v2/" + call.name + "/blobs/uploads/" + id;
}

void describe(http::Response& response, const Call& call, const registry::UploadState& upload) {
  response.set("Location", call.location(uploadPath(call, upload.id)));
  // The last byte taken; the spec has no form for "none", and clients expect 0-0.
  response.set("Range", "0-" + std::to_string(upload.offset == 0 ? 0 : upload.offset - 1));
  response.set("Docker-Upload-UUID", upload.id);
}

http::Response accepted(const Call& call, const registry::UploadState& upload) {
  http::Response response(202);
  describe(response, call, upload);
  return response;
}

http::Response created(const Call& call, const core::Digest& digest) {
  http::Response response(201);
  response.set("Location", call.location("/v2/" + call.name + "/blobs/" + digest.toString()));
  response.set("Docker-Content-Digest", digest.toString());
  return response;
}

// A chunk out of order is answered with where the next one must begin.
Answer chunkFailed(Call call, core::Error error) {
  auto response = failed(call, error, Subject::Blob);
  if (error.code != core::ErrorCode::RangeInvalid) co_return response;
  auto upload = co_await call.registry().uploads().status(call.name, call.reference);
  if (upload) describe(response, call, *upload);
  co_return response;
}

// POST with ?digest=: start and finish in one request.
Answer uploadAtOnce(Call call, core::Digest digest) {
  auto& uploads = call.registry().uploads();
  auto upload = co_await uploads.start(call.name, clientOf(call));
  if (!upload) co_return failed(call, upload.error(), Subject::Blob);
  auto done =
      co_await uploads.finish(call.name, upload->id, std::nullopt, call.request->body.length(), digest, call.body());
  if (done) co_return created(call, digest);
  // The client never learnt the id, so nobody else would end it before it expires.
  auto cancelled = co_await uploads.cancel(call.name, upload->id);
  if (!cancelled && cancelled.error().code != core::ErrorCode::BlobUploadUnknown) {
    spdlog::warn("upload_cancel_failed repository={} upload={} message=\"{}\"", call.name, upload->id,
                 cancelled.error().message);
  }
  co_return failed(call, done.error(), Subject::Blob);
}

}  // namespace

Answer startUpload(Call call) {
  if (auto mount = call.head().queryParameter("mount"); mount && !mount->empty()) {
    auto digest = core::Digest::parse(*mount);
    if (!digest) co_return failed(call, digest.error(), Subject::Blob);
    auto from = call.head().queryParameter("from").value_or("");
    if (!from.empty() && !core::isRepositoryName(from)) {
      co_return failed(call, {core::ErrorCode::NameInvalid, "The parameter from is not a repository name."},
                       Subject::Repository);
    }
    // Who may not read `from` gets the same answer as if the blob were not there.
    if (from.empty() || call.may(from, auth::Action::Read)) {
      auto mounted = co_await call.registry().blobs().mount(call.name, *digest, from, call.mayRead());
      if (!mounted) co_return failed(call, mounted.error(), Subject::Blob);
      if (*mounted) co_return created(call, *digest);
    }
  } else if (auto whole = call.head().queryParameter("digest")) {
    auto digest = core::Digest::parse(*whole);
    if (!digest) co_return failed(call, digest.error(), Subject::Blob);
    co_return co_await uploadAtOnce(std::move(call), *digest);
  }
  if (auto algorithm = call.head().queryParameter("digest-algorithm");
      algorithm && *algorithm != "sha256" && *algorithm != "sha512") {
    co_return failed(call, {core::ErrorCode::DigestInvalid, "Only sha256 and sha512 digests are supported."},
                     Subject::Blob);
  }
  auto upload = co_await call.registry().uploads().start(call.name, clientOf(call));
  if (!upload) co_return failed(call, upload.error(), Subject::Blob);
  co_return accepted(call, *upload);
}

Answer uploadStatus(Call call) {
  auto upload = co_await call.registry().uploads().status(call.name, call.reference);
  if (!upload) co_return failed(call, upload.error(), Subject::Blob);
  http::Response response(204);
  describe(response, call, *upload);
  co_return response;
}

Answer patchUpload(Call call) {
  auto chunk = chunkOf(call);
  if (!chunk) co_return co_await chunkFailed(call, chunk.error());
  auto upload =
      co_await call.registry().uploads().append(call.name, call.reference, chunk->from, chunk->length, call.body());
  if (!upload) co_return co_await chunkFailed(call, upload.error());
  co_return accepted(call, *upload);
}

Answer finishUpload(Call call) {
  auto parameter = call.head().queryParameter("digest");
  if (!parameter) {
    co_return failed(call, {core::ErrorCode::DigestInvalid, "The parameter digest is missing."}, Subject::Blob);
  }
  auto digest = core::Digest::parse(*parameter);
  if (!digest) co_return failed(call, digest.error(), Subject::Blob);
  auto chunk = chunkOf(call);
  if (!chunk) co_return co_await chunkFailed(call, chunk.error());
  auto done = co_await call.registry().uploads().finish(call.name, call.reference, chunk->from, chunk->length, *digest,
                                                        call.body());
  if (!done) co_return co_await chunkFailed(call, done.error());
  co_return created(call, *digest);
}

Answer cancelUpload(Call call) {
  auto cancelled = co_await call.registry().uploads().cancel(call.name, call.reference);
  if (!cancelled) co_return failed(call, cancelled.error(), Subject::Blob);
  co_return http::Response(204);
}

}  // namespace larder::api::oci
