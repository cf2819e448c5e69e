#include "sources/oci/token_auth.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "larder/core/json.hpp"
#include "larder/upstream/credential_helper.hpp"
#include "sources/oci/credential_scope.hpp"
#include "text.hpp"

namespace larder::upstream {

using core::ErrorCode;
using core::fail;

namespace {

constexpr std::chrono::seconds kTokenDeadline{15};
constexpr std::chrono::seconds kDefaultLife{60};
constexpr std::chrono::seconds kLongestLife = std::chrono::hours(24);
// How long credentials that were refused are not tried again: an upstream may lock out who tries too often.
constexpr std::chrono::seconds kRefusedFor{10};
constexpr std::chrono::seconds kAcceptedFor{300};
constexpr std::size_t kMaxToken = 16 * 1024;
constexpr std::size_t kMaxRealm = 2048;

// A token becomes a header line, so it must not be able to end one.
bool isUsableToken(const std::string& token) {
  return !token.empty() && token.size() <= kMaxToken &&
         std::ranges::all_of(token, [](char c) { return c > ' ' && c < 127; });
}

std::string tokenUrl(const std::string& realm, const std::string& service, std::string_view scopes) {
  auto url = realm;
  char separator = realm.find('?') == std::string::npos ? '?' : '&';
  auto add = [&](std::string_view name, std::string_view value) {
    url += separator;
    url += name;
    url += '=';
    url += percentEncode(value);
    separator = '&';
  };
  if (!service.empty()) add("service", service);
  while (!scopes.empty()) {
    auto scope = scopes.substr(0, scopes.find(' '));
    scopes.remove_prefix(std::min(scopes.size(), scope.size() + 1));
    if (!scope.empty()) add("scope", scope);
  }
  return url;
}

std::string basicValue(const Credentials& credentials) {
  return "Basic " + base64(credentials.username + ":" + credentials.password);
}

}  // namespace

TokenAuth::TokenAuth(AuthOptions options, Fetch fetch, std::shared_ptr<const runtime::Clock> clock)
    : options_(std::move(options)), fetch_(std::move(fetch)), clock_(std::move(clock)) {}

std::string TokenAuth::key(const Login& login, const std::string& scope) {
  return login.realm + '\n' + login.service + '\n' + scope + '\n' + std::to_string(static_cast<int>(login.from));
}

std::optional<std::string> TokenAuth::cached(const std::string& key) const {
  std::lock_guard lock(mutex_);
  auto found = tokens_.find(key);
  if (found == tokens_.end() || found->second.expires <= clock_->steady()) return std::nullopt;
  return "Bearer " + found->second.value;
}

void TokenAuth::store(const std::string& key, Token token) {
  std::lock_guard lock(mutex_);
  if (tokens_.size() >= kMaxTokens) {
    std::erase_if(tokens_, [now = clock_->steady()](const auto& entry) { return entry.second.expires <= now; });
  }
  if (tokens_.size() >= kMaxTokens) {
    tokens_.erase(std::ranges::min_element(tokens_, {}, [](const auto& entry) { return entry.second.expires; }));
  }
  tokens_.insert_or_assign(key, std::move(token));
}

void TokenAuth::forget(const std::string& key, const std::string& authorization) {
  std::lock_guard lock(mutex_);
  auto found = tokens_.find(key);
  if (found != tokens_.end() && "Bearer " + found->second.value == authorization) tokens_.erase(found);
}

void TokenAuth::learn(Login login) {
  std::lock_guard lock(mutex_);
  login_ = std::move(login);
  useBasic_ = false;
}

void TokenAuth::unlearn(const Login& login) {
  std::lock_guard lock(mutex_);
  if (login_ == login) login_.reset();
}

Task<Result<std::optional<std::string>>> TokenAuth::basic() {
  auto self = shared_from_this();
  if (options_.helper) {
    auto helped = co_await options_.helper->credentials();
    if (!helped && helped.error().code == ErrorCode::UpstreamDenied) {
      co_return fail(refused("", helped.error().message));
    }
    if (!helped) co_return fail(helped.error());
    co_return basicValue(*helped);
  }
  auto credentials = options_.credentials ? options_.credentials() : std::nullopt;
  if (!credentials) co_return std::nullopt;
  co_return basicValue(*credentials);
}

Task<Result<TokenAuth::Offer>> TokenAuth::authorization(std::string scope, SteadyTime deadline) {
  std::optional<Login> login;
  bool useBasic = false;
  {
    std::lock_guard lock(mutex_);
    login = login_;
    useBasic = useBasic_;
  }
  if (useBasic) {
    auto value = co_await basic();
    if (!value) co_return fail(value.error());
    if (auto known = knownRefusal(value->value_or(""))) co_return fail(std::move(*known));
    co_return Offer{value->value_or(""), "", std::nullopt};
  }
  if (!login || scope.empty()) co_return Offer{};
  auto ready = cached(key(*login, scope));
  if (ready) co_return Offer{std::move(*ready), "", std::nullopt};
  auto fresh = co_await token(*login, scope, scope, deadline);
  if (fresh) co_return Offer{std::move(*fresh), "", std::nullopt};
  auto code = fresh.error().code;
  if (code == ErrorCode::UpstreamLoginRefused || code == ErrorCode::Cancelled) co_return fail(fresh.error());
  // No token for this repository says nothing about the others.
  if (code != ErrorCode::UpstreamDenied) unlearn(*login);
  co_return Offer{"", key(*login, scope), std::move(fresh.error())};
}

Task<Result<std::string>> TokenAuth::answer(std::vector<Challenge> challenges, Reach from, std::string scope,
                                            Offer offer, SteadyTime deadline) {
  auto bearer = std::ranges::find_if(challenges, [](const Challenge& challenge) {
    return challenge.scheme == "bearer" && !challenge.parameter("realm").empty();
  });
  if (bearer != challenges.end()) {
    Login login{std::string(bearer->parameter("realm")), std::string(bearer->parameter("service")), from};
    auto wanted = std::string(bearer->parameter("scope"));
    if (wanted.empty()) wanted = scope;
    auto wantedKey = key(login, scope);
    // It was asked for this very token just now.
    if (offer.failure && offer.missing == wantedKey) co_return fail(std::move(*offer.failure));
    forget(wantedKey, offer.value);
    auto fresh = co_await token(login, scope, wanted, deadline);
    if (fresh) learn(std::move(login));
    co_return fresh;
  }
  bool offersBasic = std::ranges::any_of(challenges, [](const auto& challenge) { return challenge.scheme == "basic"; });
  if (!offersBasic) co_return std::string();
  auto value = co_await basic();
  if (!value) co_return fail(value.error());
  // Changed credentials are worth another try, the same ones are not.
  if (!*value || **value == offer.value) co_return std::string();
  if (auto known = knownRefusal(**value)) co_return fail(std::move(*known));
  co_return std::move(**value);
}

Task<Result<std::string>> TokenAuth::token(Login login, std::string scope, std::string wantedScope,
                                           SteadyTime deadline) {
  auto self = shared_from_this();
  auto executor = co_await runtime::currentExecutor();
  auto flight = key(login, scope);
  auto start = [self, login, scope, wantedScope] { return fetchToken(self, login, scope, wantedScope); };
  auto outcome = co_await flights_.run(flight, executor, start, deadline);
  if (!outcome.result && outcome.result.error().code == ErrorCode::Timeout) {
    co_return fail(ErrorCode::UpstreamTimeout, "The login at " + options_.endpoint.host + " took too long.",
                   options_.endpoint.host);
  }
  co_return std::move(outcome.result);
}

Task<Result<std::string>> TokenAuth::fetchToken(std::shared_ptr<TokenAuth> self, Login login, std::string scope,
                                                std::string wantedScope) {
  const auto& endpoint = self->options_.endpoint;
  auto realm = login.realm.size() <= kMaxRealm ? splitUrl(login.realm)
                                               : Result<UrlParts>(fail(ErrorCode::InvalidArgument, "too long"));
  if (!realm) {
    co_return fail(ErrorCode::UpstreamInvalid,
                   endpoint.host + " named a token server that is not an http or https URL.", endpoint.host);
  }
  std::optional<std::string> credentials;
  if (mayReceiveCredentials(endpoint, *realm, self->options_.allowedRealms)) {
    auto own = co_await self->basic();
    if (!own) co_return fail(own.error());
    credentials = std::move(*own);
  }
  if (auto known = credentials ? self->knownRefusal(*credentials) : std::nullopt) co_return fail(std::move(*known));
  auto asked = self->clock_->steady();
  auto url = tokenUrl(login.realm, login.service, wantedScope);
  auto body = co_await self->fetch_(url, credentials.value_or(""), login.from,
                                    std::chrono::steady_clock::now() + kTokenDeadline);
  if (!body && body.error().code == ErrorCode::UpstreamDenied) {
    // Some answer 403 to wrong credentials, some to a repository that these may not read.
    Result<bool> in = false;
    if (credentials && body.error().upstreamStatus != 401) in = co_await self->letsIn(login, *credentials);
    if (!in) co_return fail(in.error());
    auto server = "The token server " + realm->host;
    if (credentials && !*in) co_return fail(self->refused(*credentials, server));
    auto error = body.error();
    error.message = server + " issued no token for " + endpoint.host +
                    (credentials ? " with the credentials in the credentials file." : " without credentials.");
    co_return fail(std::move(error));
  }
  if (!body) co_return fail(body.error());
  auto token = self->readToken(*body, realm->host, asked);
  if (!token) co_return fail(token.error());
  if (credentials) self->accepted();
  auto value = "Bearer " + token->value;
  self->store(key(login, scope), std::move(*token));
  co_return value;
}

Task<Result<bool>> TokenAuth::letsIn(Login login, std::string credentials) {
  auto self = shared_from_this();
  {
    std::lock_guard lock(mutex_);
    if (acceptedAt_ && clock_->steady() - *acceptedAt_ < kAcceptedFor) co_return true;
  }
  auto url = tokenUrl(login.realm, login.service, "");
  auto body = co_await fetch_(url, credentials, login.from, std::chrono::steady_clock::now() + kTokenDeadline);
  if (!body && body.error().code == ErrorCode::UpstreamDenied) co_return false;
  if (body) accepted();
  // Who gives no token without a scope says nothing about the credentials.
  if (body || !core::isUpstreamOutage(body.error().code)) co_return true;
  co_return fail(body.error());
}

std::optional<core::Error> TokenAuth::judge(const std::string& authorization, int status) {
  if (!authorization.starts_with("Basic ")) return std::nullopt;
  if (status == 401) return refused(authorization, options_.endpoint.host);
  if (status >= 500 || status == 403 || status == 429) return std::nullopt;
  accepted();
  std::lock_guard lock(mutex_);
  useBasic_ = true;
  return std::nullopt;
}

core::Error TokenAuth::refused(std::string credentials, const std::string& by) {
  const auto& host = options_.endpoint.host;
  auto message = by;
  if (!credentials.empty()) {
    message += (by == host ? " rejected the configured credentials. Check "
                           : " rejected the credentials for " + host + ". Check ") +
               std::string(options_.helper ? "its credential helper." : "its entry in the credentials file.");
  }
  core::Error error(ErrorCode::UpstreamLoginRefused, std::move(message), host);
  std::lock_guard lock(mutex_);
  if (!refusal_ || refusal_->error.message != error.message) {
    spdlog::warn("upstream.login_refused upstream={} error=\"{}\"", host, error.message);
  }
  refusal_ = Refusal{std::move(credentials), clock_->steady() + kRefusedFor, error};
  acceptedAt_.reset();
  return error;
}

void TokenAuth::accepted() {
  std::lock_guard lock(mutex_);
  acceptedAt_ = clock_->steady();
  if (!refusal_) return;
  refusal_.reset();
  spdlog::info("upstream.login_accepted upstream={}", options_.endpoint.host);
}

std::optional<core::Error> TokenAuth::knownRefusal(const std::string& credentials) const {
  std::lock_guard lock(mutex_);
  bool known = refusal_ && refusal_->credentials == credentials && clock_->steady() < refusal_->until;
  return known ? std::optional(refusal_->error) : std::nullopt;
}

std::optional<core::Error> TokenAuth::refusal() const {
  std::lock_guard lock(mutex_);
  return refusal_ ? std::optional(refusal_->error) : std::nullopt;
}

Result<TokenAuth::Token> TokenAuth::readToken(const std::string& body, const std::string& realmHost,
                                              SteadyTime asked) const {
  auto document = core::parseJson(body).value_or(nullptr);
  std::string value;
  std::chrono::seconds life = kDefaultLife;
  if (document.is_object()) {
    for (const char* field : {"token", "access_token"}) {
      auto found = document.find(field);
      if (value.empty() && found != document.end() && found->is_string()) value = found->get<std::string>();
    }
    auto expires = document.find("expires_in");
    if (expires != document.end() && expires->is_number() && *expires > 0) {
      life = std::chrono::seconds(
          static_cast<std::int64_t>(std::min(expires->get<double>(), static_cast<double>(kLongestLife.count()))));
    }
  }
  if (!isUsableToken(value)) {
    return fail(ErrorCode::UpstreamInvalid, "The token server " + realmHost + " returned no usable token.", realmHost);
  }
  // A tenth less, so that it does not expire on the way.
  return Token{std::move(value), asked + life - life / 10};
}

}  // namespace larder::upstream
