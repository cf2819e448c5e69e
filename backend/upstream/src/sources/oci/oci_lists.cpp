// Lists in pages: tags, repositories, referrers.
#include <nlohmann/json.hpp>
#include <utility>

#include "larder/core/json.hpp"
#include "larder/core/media_types.hpp"
#include "larder/core/reference.hpp"
#include "larder/runtime/offload_large.hpp"
#include "sources/oci/credential_scope.hpp"
#include "sources/oci/link_header.hpp"
#include "sources/oci/oci_source.hpp"

namespace larder::upstream {

using core::ErrorCode;
using core::fail;

namespace {

constexpr std::size_t kPageBytes = 4 * 1024 * 1024;
constexpr int kMaxPages = 1000;
// Of all pages of a list: what an upstream has more of is told to none.
constexpr std::size_t kListBytes = 16 * 1024 * 1024;
constexpr std::size_t kMaxReferrers = 10'000;
constexpr std::size_t kNamesPerPage = 1000;

using Accept = bool (*)(std::string_view name);

struct ListSpec {
  std::string path;
  std::string scope;
  std::string what;
  std::string accept = "application/json";
  const char* field;
};

// The path of the page after `document`, "" after the last. Only at the same host: the credentials go with it. The
// scheme and port are ours, since upstreams behind a proxy do not know theirs.
Result<std::string> nextPage(const Session::Document& document, const std::string& host) {
  auto link = nextLink(document.head.findAll("Link"));
  if (!link) return std::string();
  auto next = resolveUrl(document.url, *link);
  auto from = splitUrl(document.url);
  auto to = next ? splitUrl(*next) : Result<UrlParts>(fail(ErrorCode::InvalidArgument, "no URL"));
  if (!from || !to || from->host != to->host || document.redirected) {
    return fail(ErrorCode::UpstreamInvalid, host + " continues a list on another host, which is not followed.", host);
  }
  return pathAndQuery(*next);
}

// Takes the entries of a page; false once there are enough. Called on the blocking pool for a long page.
using Take = std::function<bool(nlohmann::json& entries)>;

// What `take` says of the page that `body` is, which must be an object.
Result<bool> takePage(const std::string& body, const ListSpec& list, const std::string& host, const Take& take) {
  auto json = core::parseJson(body);
  if (!json || !json->is_object()) {
    return fail(
        ErrorCode::UpstreamInvalid,
        host + " did not return a JSON object for " + list.what + "." + (json ? "" : " " + json.error().message), host);
  }
  auto entries = json->find(list.field);
  return entries == json->end() || !entries->is_array() || take(*entries);
}

// Calls `take` with each page's array until the last page or until it says that it has enough.
Task<Result<void>> forEachPage(std::shared_ptr<Session> session, ListSpec list, SteadyTime deadline, Take take) {
  const auto& host = session->host();
  auto path = list.path;
  std::size_t bytes = 0;
  for (int page = 0; page < kMaxPages; ++page) {
    Ask ask;
    ask.path = path;
    ask.scope = list.scope;
    ask.what = list.what;
    ask.headers = {"Accept: " + list.accept};
    ask.maxBodyBytes = kPageBytes;
    ask.deadline = deadline;
    auto document = co_await session->fetchRetrying(std::move(ask));
    if (!document) co_return fail(document.error());
    bytes += document->body.size();
    if (bytes > kListBytes) {
      co_return fail(ErrorCode::UpstreamInvalid, host + " sent more than 16 MiB for " + list.what + ".", host);
    }
    auto more = co_await runtime::offloadLarge(session->blocking(), document->body.size(),
                                               [&] { return takePage(document->body, list, host, take); });
    if (!more) co_return fail(more.error());
    if (!*more) co_return Result<void>{};
    auto next = nextPage(*document, host);
    if (!next) co_return fail(next.error());
    if (next->empty() || *next == path) co_return Result<void>{};
    path = std::move(*next);
  }
  co_return fail(ErrorCode::UpstreamInvalid, host + " returned too many pages for " + list.what + ".", host);
}

Task<Result<std::vector<std::string>>> listNames(std::shared_ptr<Session> session, ListSpec list, std::size_t limit,
                                                 Accept accept, SteadyTime deadline) {
  std::vector<std::string> names;
  auto take = [&names, limit, accept](nlohmann::json& page) {
    for (auto& entry : page) {
      if (names.size() >= limit) return false;
      // A name outside the grammar cannot be asked for, and could be anything.
      bool named = entry.is_string() && accept(entry.get_ref<const std::string&>());
      if (named) names.push_back(std::move(entry.get_ref<std::string&>()));
    }
    return names.size() < limit;
  };
  auto done = co_await forEachPage(session, std::move(list), deadline, take);
  if (!done) co_return fail(done.error());
  co_return names;
}

std::string pageQuery(std::size_t limit) {
  return "?n=" + std::to_string(std::min(limit, kNamesPerPage));
}

// The pages' descriptors as one index.
Task<Result<std::string>> referrersFromApi(std::shared_ptr<Session> session, std::string name, Digest digest,
                                           SteadyTime deadline) {
  ListSpec list{"/v2/" + name + "/referrers/" + digest.toString(), pullScope(name),
                "the referrers of " + name + "@" + digest.toString(), std::string(core::media::kOciIndex), "manifests"};
  // As text: what many values are made of is not taken apart on an io thread.
  std::string all;
  std::size_t count = 0;
  bool isIndex = false;
  auto take = [&](nlohmann::json& page) {
    isIndex = true;
    for (const auto& entry : page) {
      if (count >= kMaxReferrers) return false;
      if (count++ > 0) all += ',';
      all += entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    return count < kMaxReferrers;
  };
  auto done = co_await forEachPage(session, std::move(list), deadline, take);
  if (!done) co_return fail(done.error());
  if (!isIndex)
    co_return fail(ErrorCode::UpstreamInvalid, session->host() + " did not return an image index of referrers.",
                   session->host());
  co_return R"({"schemaVersion":2,"mediaType":")" + std::string(core::media::kOciIndex) + R"(","manifests":[)" + all +
      "]}";
}

Task<Result<std::string>> fetchReferrers(std::shared_ptr<Session> session, std::string name, Digest digest,
                                         SteadyTime deadline) {
  auto index = co_await referrersFromApi(session, name, digest, deadline);
  // Registries without the API answer it with 404, 400, 405, or a page of their own.
  bool unavailable =
      !index && (index.error().code == ErrorCode::UpstreamNotFound || index.error().code == ErrorCode::UpstreamInvalid);
  if (!unavailable) co_return index;
  auto tag = std::string(digest.algorithmName()) + "-" + digest.hex();
  if (tag.size() > core::kMaxTag) tag.resize(core::kMaxTag);
  auto manifest = co_await fetchManifest(session, name, Reference::ofTag(std::move(tag)), deadline);
  if (!manifest) co_return fail(manifest.error());
  if (!core::media::isIndex(manifest->mediaType)) {
    co_return fail(ErrorCode::UpstreamNotFound, session->host() + " has no referrers of " + digest.toString() + ".",
                   session->host());
  }
  co_return std::move(manifest->content);
}

}  // namespace

Task<Result<std::vector<std::string>>> OciSource::tags(std::string name, std::size_t limit, SteadyTime deadline) {
  auto remote = nameAtUpstream(session_->endpoint(), name);
  ListSpec list{"/v2/" + remote + "/tags/list" + pageQuery(limit), pullScope(remote), "the tags of " + remote,
                "application/json", "tags"};
  return listNames(session_, std::move(list), limit, &core::isTag, deadline);
}

Task<Result<std::vector<std::string>>> OciSource::catalog(std::size_t limit, SteadyTime deadline) {
  ListSpec list{"/v2/_catalog" + pageQuery(limit), "registry:catalog:*", "the list of repositories", "application/json",
                "repositories"};
  return listNames(session_, std::move(list), limit, &core::isRepositoryName, deadline);
}

Task<Result<std::string>> OciSource::referrers(std::string name, Digest digest, SteadyTime deadline) {
  return fetchReferrers(session_, nameAtUpstream(session_->endpoint(), name), digest, deadline);
}

}  // namespace larder::upstream
