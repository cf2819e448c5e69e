#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "fields.hpp"
#include "larder/core/media_types.hpp"
#include "oci/handlers.hpp"
#include "range.hpp"

namespace larder::api::oci {
namespace {

using Json = nlohmann::ordered_json;

// Names in one page: the most that is given, whatever `n` says, and what is given without `n`. Clients that know no
// Link field still get all tags of all but extreme repositories.
constexpr std::size_t kMaxPage = 10000;
constexpr std::size_t kCatalogPage = 1000;
constexpr std::size_t kMaxLast = 255;

struct Page {
  std::size_t n = 0;
  std::string last;
};

core::Result<Page> pageOf(const Call& call, std::size_t standard) {
  Page page{standard, call.head().queryParameter("last").value_or("")};
  if (page.last.size() > kMaxLast) {
    return core::fail(core::ErrorCode::InvalidArgument, "The parameter last is too long.");
  }
  auto n = call.head().queryParameter("n");
  if (!n) return page;
  bool digits = !n->empty() && std::all_of(n->begin(), n->end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return core::fail(core::ErrorCode::InvalidArgument, "The parameter n is not a number.", *n);
  page.n = static_cast<std::size_t>(std::min<std::uint64_t>(parseNumber(*n).value_or(kMaxPage), kMaxPage));
  return page;
}

// RFC 8288: the way to the next page.
void link(http::Response& response, const Call& call, const std::string& path, const std::string& query) {
  auto ns = call.ns.empty() ? "" : "&ns=" + http::percentEncode(call.ns);
  response.set("Link", "<" + call.location(path) + "?" + query + ns + ">; rel=\"next\"");
}

void linkPage(http::Response& response, const Call& call, const std::string& path, std::size_t n,
              const registry::Listing& listing) {
  if (!listing.more || listing.names.empty()) return;
  link(response, call, path, "n=" + std::to_string(n) + "&last=" + http::percentEncode(listing.names.back()));
}

http::Response json(const Json& body) {
  http::Response response;
  response.set("Content-Type", "application/json");
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

// {"<name>": …, "tags": […]}. Repository names and tags hold nothing that JSON would escape.
http::Response tagList(const std::string& name, const std::vector<std::string>& tags) {
  auto body = R"({"name":")" + name + R"(","tags":[)";
  for (const auto& tag : tags) {
    body.append(&tag == &tags.front() ? "\"" : ",\"").append(tag).push_back('"');
  }
  http::Response response;
  response.set("Content-Type", "application/json");
  response.body = body + "]}";
  return response;
}

std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Distribution-spec 1.1, "Listing Referrers". Annotations are JSON already, of at most 64 KiB for each descriptor.
std::string referrersIndex(const std::vector<registry::Referrer>& referrers) {
  std::string body = R"({"schemaVersion":2,"mediaType":")" + std::string(core::media::kOciIndex) + R"(","manifests":[)";
  for (const auto& one : referrers) {
    body.append(&one == &referrers.front() ? "" : ",");
    body.append(R"({"mediaType":)").append(quoted(one.mediaType));
    body.append(R"(,"digest":")").append(one.digest.toString());
    body.append(R"(","size":)").append(std::to_string(one.size));
    if (!one.artifactType.empty()) body.append(R"(,"artifactType":)").append(quoted(one.artifactType));
    if (!one.annotationsJson.empty()) body.append(R"(,"annotations":)").append(one.annotationsJson);
    body.push_back('}');
  }
  return body + "]}";
}

bool isUnknown(core::ErrorCode code) {
  using core::ErrorCode;
  return code == ErrorCode::NameUnknown || code == ErrorCode::ManifestUnknown || code == ErrorCode::UpstreamNotFound ||
         code == ErrorCode::UpstreamDenied || code == ErrorCode::UpstreamLoginRefused || code == ErrorCode::NotFound;
}

}  // namespace

Answer getTags(Call call) {
  auto page = pageOf(call, kMaxPage);
  if (!page) co_return failed(call, page.error(), Subject::Repository);
  // An empty page still has to say whether the repository is there.
  auto listing =
      co_await call.registry().lists().tags(call.name, call.asker(), page->last, std::max<std::size_t>(page->n, 1));
  if (!listing) co_return failed(call, listing.error(), Subject::Repository);
  if (page->n == 0) *listing = {};
  auto response = tagList(call.name, listing->names);
  linkPage(response, call, "/v2/" + call.name + "/tags/list", page->n, *listing);
  co_return response;
}

Answer getCatalog(Call call) {
  auto page = pageOf(call, kCatalogPage);
  if (!page) co_return failed(call, page.error(), Subject::Repository);
  registry::Listing listing;
  if (page->n > 0) {
    auto found = co_await call.registry().lists().catalog(page->last, page->n, call.mayRead());
    if (!found) co_return failed(call, found.error(), Subject::Repository);
    listing = std::move(*found);
  }
  auto response = json({{"repositories", listing.names}});
  linkPage(response, call, "/v2/_catalog", page->n, listing);
  co_return response;
}

Answer getReferrers(Call call) {
  auto subject = core::Digest::parse(call.reference);
  if (!subject) co_return failed(call, subject.error(), Subject::Manifest);
  auto artifactType = call.head().queryParameter("artifactType").value_or("");
  registry::ReferrersQuery query{artifactType};
  if (auto last = call.head().queryParameter("last")) {
    auto digest = core::Digest::parse(*last);
    if (!digest) {
      co_return failed(call, {core::ErrorCode::InvalidArgument, "The parameter last is not a digest.", *last},
                       Subject::Manifest);
    }
    query.after = *digest;
  }
  auto found = co_await call.registry().lists().referrers(call.name, *subject, call.asker(), std::move(query));
  // The spec wants an empty index, never 404: a client would take that for "not supported".
  if (!found && !isUnknown(found.error().code)) co_return failed(call, found.error(), Subject::Manifest);
  auto page = found ? std::move(*found) : registry::ReferrersPage{};
  http::Response response;
  response.set("Content-Type", std::string(core::media::kOciIndex));
  response.body = referrersIndex(page.items);
  if (!artifactType.empty()) response.set("OCI-Filters-Applied", "artifactType");
  if (page.more && !page.items.empty()) {
    link(response, call, "/v2/" + call.name + "/referrers/" + call.reference,
         "last=" + page.items.back().digest.toString() +
             (artifactType.empty() ? "" : "&artifactType=" + http::percentEncode(artifactType)));
  }
  co_return response;
}

}  // namespace larder::api::oci
