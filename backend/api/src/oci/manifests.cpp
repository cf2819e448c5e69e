#include <utility>

#include "fields.hpp"
#include "larder/core/media_types.hpp"
#include "oci/handlers.hpp"
#include "oci/pull_trace.hpp"

namespace larder::api::oci {
namespace {

// The spec asks for 10 at least; each costs a look-up and a write.
constexpr std::size_t kMaxTagParameters = 64;

// A push to a tag that is there moves it: that is `update`. Content that is there already is not changed by pushing it
// again, so that a digest needs either.
runtime::Task<std::optional<http::Response>> refusePush(Call call, core::Reference reference) {
  auto known = co_await call.registry().manifests().exists(call.name, reference);
  if (!known) co_return failed(call, known.error(), Subject::Manifest);
  if (reference.isDigest() && *known && call.may(call.name, auth::Action::Update)) co_return std::nullopt;
  bool updates = reference.isTag() && *known;
  co_return call.refuseUnless(call.name, updates ? auth::Action::Update : auth::Action::Create);
}

// The same for every tag that the push sets.
runtime::Task<std::optional<http::Response>> refusePush(Call call, core::Reference reference,
                                                        std::vector<std::string> tags) {
  if (auto refusal = co_await refusePush(call, std::move(reference))) co_return refusal;
  for (auto& tag : tags) {
    if (!core::isTag(tag)) {
      co_return failed(call, {core::ErrorCode::TagInvalid, "A tag parameter is not a valid tag.", tag},
                       Subject::Manifest);
    }
    if (auto refusal = co_await refusePush(call, core::Reference::ofTag(std::move(tag)))) co_return refusal;
  }
  co_return std::nullopt;
}

std::string_view withoutParameters(std::string_view mediaType) {
  mediaType = mediaType.substr(0, mediaType.find(';'));
  while (!mediaType.empty() && mediaType.back() == ' ') mediaType.remove_suffix(1);
  return mediaType;
}

}  // namespace

Answer getManifest(Call call) {
  auto reference = core::Reference::parse(call.reference);
  if (!reference) co_return failed(call, reference.error(), Subject::Manifest);
  auto got = co_await call.registry().manifests().get(call.name, *reference, call.asker());
  if (!got) co_return failedPull(call, got.error(), Subject::Manifest);

  auto tag = entityTag(got->digest);
  http::Response response;
  response.trace = PullTrace::of(*got);
  response.set("Docker-Content-Digest", got->digest.toString());
  response.set("X-Cache", registry::toString(got->cache));
  if (matchesEntityTag(call.head().field("If-None-Match"), tag)) {
    response.status = 304;
    response.set("ETag", std::move(tag));
    co_return response;
  }
  response.set("ETag", std::move(tag));
  response.set("Content-Type", std::string(safeMediaType(got->mediaType)));
  if (call.isHead()) {
    response.contentLength = got->content->size();
  } else {
    call.services->served.of(got->upstream, got->cache).add(got->content->size());
    response.body = got->content;
  }
  co_return response;
}

Answer putManifest(Call call) {
  auto reference = core::Reference::parse(call.reference);
  if (!reference) co_return failed(call, reference.error(), Subject::Manifest);
  // Tags beside a tag have no meaning in the spec.
  auto tags = reference->isDigest() ? call.head().queryParameters("tag") : std::vector<std::string>{};
  if (tags.size() > kMaxTagParameters) {
    auto response =
        errorResponse({core::ErrorCode::InvalidArgument, "A push may set at most 64 tags."}, Subject::Manifest);
    response.status = 414;
    co_return response;
  }
  if (auto refusal = co_await refusePush(call, *reference, tags)) co_return std::move(*refusal);

  auto content = co_await call.request->body.readAll(core::media::kMaxManifestBytes);
  if (!content) co_return failed(call, content.error(), Subject::Manifest);
  std::string mediaType(withoutParameters(call.head().field("Content-Type")));
  registry::TagRights rights{call.may(call.name, auth::Action::Create), call.may(call.name, auth::Action::Update)};
  auto put = co_await call.registry().manifests().put(call.name, *reference, tags, std::move(mediaType),
                                                      std::move(*content), rights);
  if (!put && put.error().code == core::ErrorCode::Conflict) {
    // Another push came between the look at the tags and the commit; what is there now decides what was missing.
    if (auto refusal = co_await refusePush(call, *reference, tags)) co_return std::move(*refusal);
  }
  if (!put) co_return failed(call, put.error(), Subject::Manifest);

  http::Response response(201);
  response.set("Location", call.location("/v2/" + call.name + "/manifests/" + put->digest.toString()));
  response.set("Docker-Content-Digest", put->digest.toString());
  if (put->subject) response.set("OCI-Subject", put->subject->toString());
  for (const auto& tag : put->tags) response.set("OCI-Tag", tag);
  co_return response;
}

Answer deleteManifest(Call call) {
  auto reference = core::Reference::parse(call.reference);
  if (!reference) co_return failed(call, reference.error(), Subject::Manifest);
  bool unlessShared = reference->isDigest() && call.may(call.name, auth::Action::DetectManifestCollision);
  auto removed = co_await call.registry().manifests().remove(call.name, *reference, unlessShared);
  if (!removed && removed.error().code == core::ErrorCode::Conflict) {
    // Clients of Zot know a collision by these words.
    co_return failed(call, {core::ErrorCode::Conflict, "manifest invalid", removed.error().message}, Subject::Manifest);
  }
  if (!removed) co_return failed(call, removed.error(), Subject::Manifest);
  co_return http::Response(202);
}

}  // namespace larder::api::oci

namespace larder::api {

std::string formatManifestHead(const registry::ManifestAnswer& answer) {
  auto digest = answer.digest.toString();
  std::string head;
  head.reserve(384);
  head.append("Content-Type: ").append(safeMediaType(answer.mediaType));
  head.append("\r\nContent-Length: ").append(std::to_string(answer.content->size()));
  head.append("\r\nDocker-Content-Digest: ").append(digest);
  head.append("\r\nETag: \"").append(digest).append("\"");
  head.append("\r\nX-Cache: ").append(registry::toString(answer.cache));
  head.append("\r\nDocker-Distribution-Api-Version: registry/2.0");
  head.append("\r\nX-Content-Type-Options: nosniff\r\n");
  return head;
}

}  // namespace larder::api
