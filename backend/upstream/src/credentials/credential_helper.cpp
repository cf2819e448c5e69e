#include "larder/upstream/credential_helper.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "credentials/token_service.hpp"
#include "larder/core/cloud_hosts.hpp"
#include "larder/runtime/single_flight.hpp"
#include "larder/upstream/endpoint.hpp"

namespace larder::upstream {

using core::fail;
using core::Result;

namespace {

constexpr std::chrono::seconds kFetchWithin{30};
// After a failure the old credentials are used, or the failure told, for this long before the next try.
constexpr std::chrono::seconds kRestAfterFailure{5};

// How long before they expire credentials are fetched anew.
std::chrono::seconds ahead(std::chrono::seconds life) {
  return std::clamp<std::chrono::seconds>(life / 5, std::min<std::chrono::seconds>(life / 2, std::chrono::seconds(60)),
                                          std::chrono::minutes(10));
}

class KeptCredentials final : public CredentialHelper, public std::enable_shared_from_this<KeptCredentials> {
 public:
  KeptCredentials(std::unique_ptr<TokenService> service, std::string kind, std::string host)
      : service_(std::move(service)), kind_(std::move(kind)), host_(std::move(host)) {}

  Task<Result<Credentials>> credentials() override {
    auto self = shared_from_this();
    auto now = std::chrono::steady_clock::now();
    {
      std::lock_guard lock(mutex_);
      if (kept_ && now < std::max(refreshAt_, restUntil_) && now < expires_) co_return *kept_;
      if (failure_ && now < restUntil_) co_return fail(*failure_);
    }
    auto executor = co_await runtime::currentExecutor();
    auto outcome = co_await flights_.run(0, executor, [self] { return self->renew(); }, now + kFetchWithin);
    if (outcome.result) co_return std::move(outcome.result);
    std::lock_guard lock(mutex_);
    if (kept_ && std::chrono::steady_clock::now() < expires_) co_return *kept_;
    co_return std::move(outcome.result);
  }

 private:
  Task<Result<Credentials>> renew() {
    auto self = shared_from_this();
    auto asked = std::chrono::steady_clock::now();
    auto fetched = co_await service_->fetch();
    if (!fetched) {
      spdlog::warn("credentials.not_renewed helper={} upstream={} error=\"{}\"", kind_, host_, fetched.error().message);
      std::lock_guard lock(mutex_);
      restUntil_ = std::chrono::steady_clock::now() + kRestAfterFailure;
      failure_ = fetched.error();
      co_return fail(fetched.error());
    }
    spdlog::info("credentials.renewed helper={} upstream={} seconds={}", kind_, host_, fetched->life.count());
    std::lock_guard lock(mutex_);
    kept_ = fetched->credentials;
    expires_ = asked + fetched->life;
    refreshAt_ = expires_ - ahead(fetched->life);
    restUntil_ = {};
    failure_.reset();
    co_return fetched->credentials;
  }

  const std::unique_ptr<TokenService> service_;
  const std::string kind_, host_;
  runtime::SingleFlight<int, Credentials> flights_;
  std::mutex mutex_;
  std::optional<Credentials> kept_;
  std::optional<core::Error> failure_;  // of the last try
  std::chrono::steady_clock::time_point expires_{}, refreshAt_{}, restUntil_{};
};

// For a registry that is none of the helper's cloud: nothing is fetched that could be sent there.
class NoCredentials final : public TokenService {
 public:
  NoCredentials(std::string kind, std::string host) : kind_(std::move(kind)), host_(std::move(host)) {}
  Task<Result<ShortLived>> fetch() override {
    co_return fail(core::ErrorCode::InvalidArgument,
                   "credentialHelper " + kind_ + " only works with " + std::string(core::hostsOfHelper(kind_)) + "; " +
                       host_ + " is not one of them.",
                   host_);
  }

 private:
  const std::string kind_, host_;
};

bool serves(const std::string& kind, const core::Result<Endpoint>& endpoint) {
  if (!endpoint) return false;
  return kind == "oauth2" || (endpoint->scheme == "https" && core::helperServes(kind, endpoint->host));
}

std::unique_ptr<TokenService> makeService(std::shared_ptr<const TokenTools> tools, CredentialHelperOptions& options,
                                          const std::string& host) {
  if (options.kind == "ecr") return makeEcrService(std::move(tools), host);
  if (options.kind == "gcp") return makeGcpService(std::move(tools));
  if (options.kind == "oauth2") return makeOAuth2Service(std::move(tools), std::move(options.oauth2));
  throw std::invalid_argument("Unknown credential helper " + options.kind + ".");
}

}  // namespace

std::shared_ptr<CredentialHelper> makeCredentialHelper(std::shared_ptr<HttpClient> client, runtime::Executor blocking,
                                                       CredentialHelperOptions options) {
  auto curl = std::dynamic_pointer_cast<CurlHttpClient>(std::move(client));
  if (!curl) throw std::invalid_argument("makeCredentialHelper needs the client that makeHttpClient made");
  auto tools = std::make_shared<const TokenTools>(curl, std::move(blocking), options.environment);
  auto endpoint = parseEndpoint(options.url);
  auto host = endpoint ? endpoint->host : options.url;
  auto service = makeService(std::move(tools), options, host);
  if (!serves(options.kind, endpoint)) service = std::make_unique<NoCredentials>(options.kind, host);
  return std::make_shared<KeptCredentials>(std::move(service), options.kind, host);
}

}  // namespace larder::upstream
