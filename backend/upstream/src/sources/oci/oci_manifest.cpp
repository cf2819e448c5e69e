// Manifests: byte-exact, and with the digest they were asked by.
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "larder/core/json.hpp"
#include "larder/core/media_types.hpp"
#include "larder/runtime/offload_large.hpp"
#include "sources/oci/oci_source.hpp"
#include "text.hpp"

namespace larder::upstream {

using core::ErrorCode;
using core::fail;

namespace {

std::string acceptLine() {
  std::string line = "Accept: ";
  for (auto type : core::media::kAcceptedManifests) {
    line += type;
    line += ", ";
  }
  line += "*/*";
  return line;
}

std::string mediaTypeOf(const ResponseHead& head) {
  auto value = head.find("Content-Type").value_or("");
  return lowerCase(trim(value.substr(0, value.find(';'))));
}

bool saysNothing(const std::string& mediaType) {
  return mediaType.empty() || mediaType == "application/json" || mediaType == "application/octet-stream" ||
         mediaType == "text/plain";
}

bool isSchemaOne(const std::string& mediaType) {
  return mediaType.starts_with("application/vnd.docker.distribution.manifest.v1+");
}

// For upstreams that send a general type: what the document calls itself, else what its members make it.
std::string mediaTypeFromContent(const nlohmann::json& document) {
  if (auto type = document.find("mediaType"); type != document.end() && type->is_string()) {
    return type->get<std::string>();
  }
  return std::string(document.contains("manifests") ? core::media::kOciIndex : core::media::kOciManifest);
}

std::optional<Digest> digestOf(const ResponseHead& head) {
  auto text = head.find("Docker-Content-Digest");
  if (!text) return std::nullopt;
  auto digest = Digest::parse(*text);
  return digest ? std::optional(*digest) : std::nullopt;
}

// Docker-Content-Digest is a claim; the bytes decide. A digest that was asked for decides over both.
Result<Digest> verify(const std::string& content, const ResponseHead& head, const Reference& reference,
                      const std::string& host) {
  auto claimed = reference.isDigest() ? std::optional(reference.digest()) : digestOf(head);
  auto actual = Digest::of(content, claimed ? claimed->algorithm() : core::DigestAlgorithm::Sha256);
  if (claimed && actual != *claimed) {
    return fail(ErrorCode::UpstreamInvalid,
                host + " returned a manifest with digest " + actual.toString() + " for " + claimed->toString() + ".",
                host);
  }
  return actual;
}

struct Checked {
  Digest digest;
  std::optional<std::string> mediaType;  // from the content, where that is to say it; none if it is no JSON object
};

Result<Checked> check(const std::string& content, const ResponseHead& head, const Reference& reference,
                      const std::string& host, const std::string& mediaType) {
  auto digest = verify(content, head, reference, host);
  if (!digest) return fail(digest.error());
  auto json = core::parseJson(content);
  if (!json || !json->is_object()) return Checked{*digest, std::nullopt};
  return Checked{*digest, saysNothing(mediaType) ? mediaTypeFromContent(*json) : mediaType};
}

Ask manifestAsk(Method method, const std::string& name, const Reference& reference, SteadyTime deadline) {
  Ask ask;
  ask.method = method;
  ask.path = "/v2/" + name + "/manifests/" + reference.toString();
  ask.scope = pullScope(name);
  ask.what = "the manifest " + name + (reference.isDigest() ? "@" : ":") + reference.toString();
  ask.headers = {acceptLine()};
  ask.maxBodyBytes = core::media::kMaxManifestBytes;
  ask.deadline = deadline;
  return ask;
}

Task<Result<ManifestHead>> fetchHead(std::shared_ptr<Session> session, std::string name, Reference reference,
                                     SteadyTime deadline) {
  auto ask = manifestAsk(Method::Head, name, reference, deadline);
  ask.alsoAccepted = {405, 501};
  auto document = co_await session->fetchRetrying(std::move(ask));
  if (!document) co_return fail(document.error());
  if (!document->head.isSuccess()) {
    // No HEAD there: the manifest says the same.
    auto manifest = co_await fetchManifest(session, name, reference, deadline);
    if (!manifest) co_return fail(manifest.error());
    co_return ManifestHead{manifest->digest, manifest->mediaType, manifest->content.size()};
  }
  ManifestHead head{digestOf(document->head), mediaTypeOf(document->head), document->head.contentLength()};
  if (reference.isDigest() && head.digest && *head.digest != reference.digest()) {
    co_return fail(
        ErrorCode::UpstreamInvalid,
        session->host() + " returned digest " + head.digest->toString() + " for " + reference.toString() + ".",
        session->host());
  }
  co_return head;
}

}  // namespace

std::string pullScope(const std::string& name) {
  return "repository:" + name + ":pull";
}

Task<Result<ManifestHead>> OciSource::headManifest(std::string name, Reference reference, SteadyTime deadline) {
  return fetchHead(session_, nameAtUpstream(session_->endpoint(), name), std::move(reference), deadline);
}

Task<Result<UpstreamManifest>> OciSource::getManifest(std::string name, Reference reference, SteadyTime deadline) {
  return fetchManifest(session_, nameAtUpstream(session_->endpoint(), name), std::move(reference), deadline);
}

Task<Result<UpstreamManifest>> fetchManifest(std::shared_ptr<Session> session, std::string name, Reference reference,
                                             SteadyTime deadline) {
  const auto& host = session->host();
  auto document = co_await session->fetchRetrying(manifestAsk(Method::Get, name, reference, deadline));
  if (!document) co_return fail(document.error());
  auto mediaType = mediaTypeOf(document->head);
  if (isSchemaOne(mediaType)) {
    co_return fail(ErrorCode::UpstreamInvalid,
                   host + " has " + name + " only as Docker schema 1, which is not supported.", host);
  }
  auto checked = co_await runtime::offloadLarge(session->blocking(), document->body.size(), [&] {
    return check(document->body, document->head, reference, host, mediaType);
  });
  if (!checked) co_return fail(checked.error());
  if (!checked->mediaType) {
    co_return fail(ErrorCode::UpstreamInvalid,
                   host + " did not return a manifest for " + name + ". Check for a proxy or login page in between.",
                   host);
  }
  co_return UpstreamManifest{checked->digest, std::move(*checked->mediaType), std::move(document->body),
                             document->waited};
}

std::shared_ptr<UpstreamSource> makeOciSource(std::shared_ptr<HttpClient> client, runtime::Executor blocking,
                                              EndpointOptions options) {
  auto curl = std::dynamic_pointer_cast<CurlHttpClient>(std::move(client));
  if (!curl) throw std::invalid_argument("makeOciSource needs the client that makeHttpClient made");
  return std::make_shared<OciSource>(Session::make(std::move(curl), std::move(blocking), std::move(options)));
}

}  // namespace larder::upstream
