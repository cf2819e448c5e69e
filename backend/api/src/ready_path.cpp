#include "ready_path.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "access.hpp"
#include "fields.hpp"
#include "oci_path.hpp"
#include "range.hpp"

namespace larder::api {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool named(std::string_view field, std::string_view lowerName) {
  if (field.size() != lowerName.size()) return false;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (lower(field[i]) != lowerName[i]) return false;
  }
  return true;
}

// What an answer depends on besides the path.
struct Fields {
  std::string_view authorization;
  std::string_view ifNoneMatch, range, ifRange;
};

// Nothing if a field of these comes twice or is empty, or tells of a browser, whose pages the normal path looks at
// (browser_guard.hpp). One pass over the fields.
std::optional<Fields> plainFields(const http::RequestHead& head) {
  Fields found;
  auto take = [](std::string_view& into, std::string_view value) {
    bool first = into.empty();
    into = value;
    return first && !value.empty();
  };
  for (const auto& [name, value] : head.fields()) {
    if (name.empty()) continue;
    switch (lower(name.front())) {
      case 'a':
        if (found.authorization.empty() && named(name, "authorization")) found.authorization = value;
        if (named(name, "accept-language")) return std::nullopt;
        break;
      case 'i':
        if (named(name, "if-none-match") && !take(found.ifNoneMatch, value)) return std::nullopt;
        if (named(name, "if-range") && !take(found.ifRange, value)) return std::nullopt;
        break;
      case 'o':
        if (named(name, "origin")) return std::nullopt;
        break;
      case 'r':
        if (named(name, "range") && !take(found.range, value)) return std::nullopt;
        break;
      case 's':
        if (named(name, "sec-fetch-site")) return std::nullopt;
        break;
      default:
        break;
    }
  }
  return found;
}

// The value of a query that is `ns=<host>` alone, "" for none, nothing for any other.
std::optional<std::string_view> plainNamespace(std::string_view query) {
  constexpr std::string_view kKey = "ns=";
  if (query.empty()) return query;
  if (!query.starts_with(kKey)) return std::nullopt;
  query.remove_prefix(kKey.size());
  // Also refuses escapes and further parameters.
  return isNamespaceHost(query) ? std::optional(query) : std::nullopt;
}

bool take(const PolicyState& state, http::Method method) {
  return !state.limiter.take(method, std::chrono::steady_clock::now());
}

std::shared_ptr<const std::string> withNamespace(std::string_view head, std::string_view ns) {
  auto text = std::make_shared<std::string>();
  text->reserve(head.size() + ns.size() + 20);
  text->append(head).append("OCI-Namespace: ").append(ns).append("\r\n");
  return text;
}

constexpr std::string_view kCommonLines =
    "\r\nDocker-Distribution-Api-Version: registry/2.0\r\nX-Content-Type-Options: nosniff\r\n";

void appendNamespace(std::string& head, std::string_view ns) {
  if (!ns.empty()) head.append("OCI-Namespace: ").append(ns).append("\r\n");
}

// `part` is what is sent of it, null for the whole.
std::shared_ptr<const std::string> blobHead(std::string_view digest, const registry::BlobAnswer& blob,
                                            const ByteRange* part, std::string_view ns) {
  auto text = std::make_shared<std::string>();
  text->reserve(512);
  text->append("Content-Type: application/octet-stream\r\nContent-Length: ");
  text->append(std::to_string(part ? part->length() : blob.size));
  if (part) text->append("\r\nContent-Range: ").append(contentRange(*part, blob.size));
  text->append("\r\nDocker-Content-Digest: ").append(digest);
  text->append("\r\nETag: \"").append(digest).append("\"\r\nAccept-Ranges: bytes\r\nX-Cache: ");
  text->append(registry::toString(blob.cache)).append(kCommonLines);
  appendNamespace(*text, ns);
  return text;
}

// Of a 304 (RFC 9110, section 15.4.5).
std::shared_ptr<const std::string> unchangedHead(std::string_view digest, registry::CacheState cache,
                                                 std::string_view ns) {
  auto text = std::make_shared<std::string>();
  text->append("Docker-Content-Digest: ").append(digest);
  text->append("\r\nETag: \"").append(digest).append("\"\r\nX-Cache: ");
  text->append(registry::toString(cache)).append(kCommonLines);
  appendNamespace(*text, ns);
  return text;
}

std::shared_ptr<const std::string> unsatisfiableHead(std::uint64_t size, std::string_view ns) {
  auto text = std::make_shared<std::string>("Content-Range: " + unsatisfiedRange(size) + "\r\nContent-Length: 0");
  text->append(kCommonLines);
  appendNamespace(*text, ns);
  return text;
}

struct Asked {
  std::string_view name;
  std::string_view reference;
  std::string_view ns;
  bool isHead;
  const Fields& fields;

  http::Method method() const { return isHead ? http::Method::Head : http::Method::Get; }
};

bool manifestReady(Services& services, const PolicyState& state, const Asked& asked, const registry::MayRead& mayRead,
                   http::ReadyResponse& response) {
  auto entry = services.parts.registry.manifests().ready(asked.name, asked.reference, asked.ns, mayRead);
  if (!entry || !take(state, asked.method())) return false;
  const auto& answer = entry->answer;
  if (!asked.fields.ifNoneMatch.empty() && matchesEntityTag(asked.fields.ifNoneMatch, entityTag(answer.digest))) {
    response.status = 304;
    response.head = unchangedHead(answer.digest.toString(), answer.cache, asked.ns);
    return true;
  }
  response.head = asked.ns.empty() ? entry->head : withNamespace(*entry->head, asked.ns);
  if (!asked.isHead) {
    response.body = answer.content;
    services.served.of(answer.upstream, answer.cache).add(answer.content->size());
  }
  return true;
}

bool blobReady(Services& services, const PolicyState& state, const Asked& asked, const registry::MayRead& mayRead,
               http::ReadyResponse& response) {
  auto blob = services.parts.registry.blobs().ready(asked.name, asked.reference, asked.ns, mayRead);
  if (!blob || blob->growth || !blob->reader) return false;
  auto file = blob->reader->file();
  if (!file || !take(state, asked.method())) return false;
  const auto& fields = asked.fields;
  auto tag = fields.ifNoneMatch.empty() && fields.ifRange.empty() ? std::string() : entityTag(asked.reference);
  if (!fields.ifNoneMatch.empty() && matchesEntityTag(fields.ifNoneMatch, tag)) {
    response.status = 304;
    response.head = unchangedHead(asked.reference, blob->cache, asked.ns);
    return true;
  }
  auto range = asked.isHead ? Range{} : rangeAsked(fields.range, fields.ifRange, tag, blob->size);
  if (std::holds_alternative<Unsatisfiable>(range)) {
    response.status = 416;
    response.head = unsatisfiableHead(blob->size, asked.ns);
    return true;
  }
  const auto* part = std::get_if<ByteRange>(&range);
  if (part) response.status = 206;
  response.head = blobHead(asked.reference, *blob, part, asked.ns);
  if (!asked.isHead) {
    auto descriptor = file->descriptor();
    auto length = part ? part->length() : blob->size;
    response.file = {std::move(file), descriptor, part ? part->first : 0, length};
    services.served.of(blob->upstream, blob->cache).add(length);
  }
  return true;
}

}  // namespace

bool answerReady(Services& services, const http::RequestHead& head, http::ReadyResponse& response) {
  if (head.method != http::Method::Get && head.method != http::Method::Head) return false;
  auto path = parseOciPath(head.path);
  if (path.route != OciRoute::Manifest && path.route != OciRoute::Blob) return false;
  auto fields = plainFields(head);
  auto ns = plainNamespace(head.query);
  if (!fields || !ns) return false;

  const auto& state = *services.policy.load();
  auto identity = state.policy.authenticator->remembered(
      {credentialsIn(fields->authorization), head.certificateName, head.remoteAddress});
  if (!identity) return false;
  // What is at hand remembers its local repository, and this is the normal path's own question about it. One pointer is
  // captured, so that the function is made without an allocation.
  struct Reader {
    const PolicyState& state;
    const auth::Identity& identity;
  } reader{state, *identity};
  registry::MayRead mayRead = [&reader](const std::string& repository) {
    return allows(reader.state, reader.identity, repository, auth::Action::Read);
  };
  // Escapes and names outside the grammar are in no cache, so that they go the normal way.
  Asked asked{path.name, path.reference, *ns, head.method == http::Method::Head, *fields};
  bool ready = path.route == OciRoute::Manifest ? manifestReady(services, state, asked, mayRead, response)
                                                : blobReady(services, state, asked, mayRead, response);
  if (ready) response.user = nameOf(std::move(identity));
  return ready;
}

}  // namespace larder::api
