#include "credentials/token_service.hpp"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "larder/core/json.hpp"
#include "larder/core/version.hpp"
#include "larder/runtime/offload.hpp"
#include "sources/oci/credential_scope.hpp"
#include "text.hpp"
#include "transport/local_address.hpp"
#include "transport/transfer.hpp"

namespace larder::upstream {

using core::ErrorCode;
using core::fail;
using core::Result;

namespace {

constexpr std::chrono::seconds kAnswerWithin{10};
constexpr std::size_t kMaxAnswer = 64 * 1024;  // parsed where it arrives
constexpr std::size_t kMaxFile = 256 * 1024;
// Of a token whose service does not say.
constexpr std::chrono::seconds kUnknownLife = std::chrono::minutes(5);

Result<std::string> readSmallFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content(kMaxFile, '\0');
  if (file) file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.is_open() || file.bad() || file.gcount() == static_cast<std::streamsize>(kMaxFile)) {
    return fail(ErrorCode::InvalidArgument, "The credential helper cannot read " + path + ".", path);
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  return std::string(trim(content));
}

}  // namespace

TokenTools::TokenTools(const std::shared_ptr<CurlHttpClient>& client, runtime::Executor blocking,
                       std::function<std::string(const char*)> environment)
    : multi_(client->makeMulti(1)), blocking_(std::move(blocking)), environment_(std::move(environment)) {}

Task<Result<std::string>> TokenTools::ask(TokenRequest request) const {
  auto target = splitUrl(request.url);
  if (!target)
    co_return fail(ErrorCode::InvalidArgument, "The address of the token service is not an http or https URL.");
  auto refused = [&target] {
    return fail(ErrorCode::InvalidArgument,
                "The token service " + target->host +
                    " has a local address (this machine, link-local or cloud metadata). Tests connect to it only if a "
                    "saved rule has its host and port.",
                target->host);
  };
  if (!request.localAddresses && reachOfHost(target->host) == Reach::Local) co_return refused();
  RequestSpec spec;
  spec.nearest = request.localAddresses ? Reach::Local : Reach::Private;
  spec.method = request.method;
  spec.url = std::move(request.url);
  spec.headers = std::move(request.headers);
  spec.headers.emplace_back(std::string("User-Agent: larderd/").append(core::version()));
  spec.headers.emplace_back("Accept: application/json");
  spec.requestBody = std::move(request.body);
  spec.maxBodyBytes = kMaxAnswer;
  spec.tls = std::make_shared<const TlsOptions>();
  auto deadline = std::chrono::steady_clock::now() + kAnswerWithin;
  Transfer transfer(multi_, std::move(spec), target->place(), {deadline, deadline});
  auto head = co_await transfer.head();
  if (!head && head.error().code == ErrorCode::Denied) co_return refused();
  if (!head) co_return fail(head.error());
  if (head->isSuccess()) co_return co_await transfer.body();
  bool denied = head->status >= 400 && head->status < 500 && head->status != 429;
  co_return fail(denied ? ErrorCode::UpstreamDenied : ErrorCode::UpstreamUnavailable,
                 "The token service " + target->host + " returned HTTP " + std::to_string(head->status) +
                     (denied ? ". Check the permissions of the credential helper." : "."),
                 target->host);
}

Task<Result<std::string>> TokenTools::readFile(std::string path) const {
  return runtime::offload(blocking_, [path = std::move(path)] { return readSmallFile(path); });
}

std::string formBody(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    if (!body.empty()) body += '&';
    body += name + "=" + percentEncode(value);
  }
  return body;
}

Result<ShortLived> readAccessToken(const std::string& body, std::string username, const std::string& service) {
  auto document = core::parseJson(body).value_or(nullptr);
  std::string token;
  auto life = kUnknownLife;
  if (document.is_object()) {
    if (auto found = document.find("access_token"); found != document.end() && found->is_string()) {
      token = found->get<std::string>();
    }
    auto expires = document.find("expires_in");
    if (expires != document.end() && expires->is_number() && *expires >= 1 && *expires < 1e8) {
      life = std::chrono::seconds(static_cast<std::int64_t>(expires->get<double>()));
    }
  }
  if (token.empty()) {
    return fail(ErrorCode::UpstreamInvalid, "The token service of " + service + " returned no access token.");
  }
  return ShortLived{{std::move(username), std::move(token)}, life};
}

}  // namespace larder::upstream
