#include "sources/oci/session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "larder/core/version.hpp"
#include "sources/oci/link_header.hpp"
#include "sources/oci/tls_files.hpp"
#include "text.hpp"
#include "transport/failure.hpp"
#include "transport/local_address.hpp"

namespace larder::upstream {

using core::Error;
using core::ErrorCode;
using core::fail;

namespace {

constexpr int kMaxRedirects = 5;
constexpr std::size_t kMaxTokenAnswer = 64 * 1024;
constexpr std::chrono::minutes kDenialsApart{1};

bool isRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Endpoint checkedEndpoint(const EndpointOptions& options) {
  auto endpoint = parseEndpoint(options.url);
  if (!endpoint) throw std::invalid_argument(endpoint.error().message);
  return std::move(*endpoint);
}

}  // namespace

std::shared_ptr<Session> Session::make(std::shared_ptr<CurlHttpClient> client, runtime::Executor blocking,
                                       EndpointOptions options) {
  auto endpoint = checkedEndpoint(options);
  std::shared_ptr<Session> session(
      new Session(std::move(client), std::move(blocking), std::move(options), std::move(endpoint)));
  std::weak_ptr<Session> weak = session;
  auto fetch = [weak](std::string url, std::string authorization, Reach sentFrom, SteadyTime deadline) {
    return fetchToken(weak, std::move(url), std::move(authorization), sentFrom, deadline);
  };
  session->auth_ =
      std::make_shared<TokenAuth>(AuthOptions{session->endpoint_, session->options_.credentials,
                                              session->options_.allowedAuthRealms, session->options_.credentialHelper},
                                  std::move(fetch), session->clock_);
  return session;
}

Session::Session(std::shared_ptr<CurlHttpClient> client, runtime::Executor blocking, EndpointOptions options,
                 Endpoint endpoint)
    : options_(std::move(options)),
      endpoint_(std::move(endpoint)),
      homeHost_(splitUrl(endpoint_.origin()).value_or(UrlParts{"", endpoint_.connectHost, ""}).host),
      host_(options_.host.empty() ? endpoint_.host : options_.host),
      clock_(std::make_shared<runtime::SystemClock>()),
      client_(std::move(client)),
      blocking_(std::move(blocking)),
      multi_(client_->makeMulti(options_.maxIdleConnections)),
      tls_(std::make_shared<const TlsOptions>(readCertDir(options_.certDir, options_.tlsVerify))),
      metrics_(client_->metrics(), host_),
      breaker_(host_, {options_.breakerFailures, options_.breakerOpenFor}, *clock_,
               [this](BreakerState state) { metrics_.showBreaker(state); }),
      gate_(host_, options_.maxConcurrent, options_.requestsPerSecond),
      budget_(client_->budget(host_)),
      bandwidth_(options_.downloadBytesPerSecond) {
  budget_->limitTo(options_.requestsPerHour);
}

Session::~Session() {
  multi_->close();
}

UpstreamStatus Session::status() const {
  auto status = metrics_.status();
  status.breaker = breaker_.state();
  status.nextTry = breaker_.nextTry();
  status.waiting = gate_.waiting();
  if (auto refusal = auth_->refusal()) {
    status.loginRefused = true;
    if (status.lastError.empty()) status.lastError = refusal->message;
  }
  if (auto budget = budget_->state(clock_->steady())) {
    status.budget = budget->perHour;
    status.budgetLeft = budget->left;
  }
  return status;
}

// An answer or a redirect came: the host is there, and what failed may be one repository or the token server that it
// alone names. It must not have all others paused, so that the host as a whole is asked first.
Task<> Session::concludeFailure(Breaker::Permit permit, Error error, bool answered, SteadyTime deadline) {
  auto self = shared_from_this();
  bool ofHost = true;
  if (answered && permit.wouldOpen(error)) {
    if (checking_.exchange(true)) co_return;
    struct Done {
      std::atomic<bool>& flag;
      ~Done() { flag = false; }
    } done{checking_};
    ofHost = !co_await isThere(deadline);
  }
  conclude(std::move(permit), &error, ofHost);
}

// Whether the API's root is answered, after a log-in if it wants one.
Task<bool> Session::isThere(SteadyTime deadline) {
  auto self = shared_from_this();
  Ask ask;
  ask.path = "/v2/";
  ask.what = "the API";
  ask.deadline = std::min(deadline, std::chrono::steady_clock::now() + options_.firstByteTimeout);
  auto hop = co_await authorized(std::move(ask));
  if (!hop) co_return !Breaker::counts(hop.error().code);
  co_return hop->head.status < 500 && hop->head.status != 429;
}

void Session::conclude(Breaker::Permit permit, const Error* error, bool ofHost) {
  auto before = breaker_.state();
  if (error && ofHost) {
    permit.failed(*error);
  } else {
    permit.succeeded();
  }
  auto after = breaker_.state();
  metrics_.showLogin(!auth_->refusal());
  bool denied = error && error->code == ErrorCode::UpstreamDenied;
  metrics_.noteError(error && (denied || core::isUpstreamOutage(error->code)) ? error->message : "");
  if (denied) tellOfDenial(*error);
  if (before != after && after == BreakerState::Open) {
    spdlog::warn("upstream.breaker_open upstream={} error=\"{}\"", host_, error ? error->message : "");
  } else if (before != after && after == BreakerState::Closed) {
    spdlog::info("upstream.breaker_closed upstream={}", host_);
  }
}

// Docker Hub and others answer 401 for a repository that does not exist, so a denial need not be about credentials.
Error Session::explained(Error error, const std::string& what) const {
  if (error.code != ErrorCode::UpstreamDenied) return error;
  bool helped = options_.credentialHelper != nullptr;
  bool given = helped || (options_.credentials && options_.credentials());
  error.message = host_ + " denied access to " + what;
  if (error.upstreamStatus != 0) error.message += " (HTTP " + std::to_string(error.upstreamStatus) + ")";
  error.message += given ? std::string(". It may not exist, or the login from ") +
                               (helped ? "the credential helper" : "the credentials file") +
                               " may not be allowed to read it."
                         : ". It may not exist, or be private: " + host_ + " has no entry in a credentials file.";
  return error;
}

void Session::tellOfDenial(const Error& error) {
  {
    std::lock_guard lock(denialMutex_);
    auto now = clock_->steady();
    if (error.message == lastDenial_ || now < nextDenialLog_) return;
    lastDenial_ = error.message;
    nextDenialLog_ = now + kDenialsApart;
  }
  spdlog::warn("upstream.denied upstream={} error=\"{}\"", host_, error.message);
}

void Session::learn(const Error* outage, std::chrono::milliseconds firstByte) {
  if (outage) return reportBodyFailure(*outage);
  breaker_.recover();
  metrics_.noteFirstByte(firstByte);
  metrics_.noteError("");
}

void Session::reportBodyFailure(const Error& error) {
  breaker_.report(error);
  metrics_.noteError(error.message);
}

Task<Result<Turn>> Session::turn(std::string scope, RateGate::Kind kind, SteadyTime deadline) {
  auto self = shared_from_this();
  // Before the queue: nobody waits in it for an upstream that is known to be away.
  if (auto refused = breaker_.refusal()) co_return fail(std::move(*refused));
  auto queued = clock_->steady();
  auto pass = co_await gate_.enter(std::move(scope), kind, deadline);
  if (!pass) co_return fail(pass.error());
  co_return Turn{std::move(*pass), std::chrono::duration_cast<std::chrono::milliseconds>(clock_->steady() - queued)};
}

Task<Result<Answer>> Session::ask(Ask ask) {
  auto self = shared_from_this();
  auto kind = ask.body == BodyMode::Stream ? RateGate::Kind::Stream : RateGate::Kind::Short;
  auto turn = co_await this->turn(ask.scope, kind, ask.deadline);
  if (!turn) co_return fail(turn.error());
  co_return co_await askInTurn(std::move(ask), std::move(*turn));
}

Task<Result<Answer>> Session::askInTurn(Ask ask, Turn turn) {
  auto self = shared_from_this();
  auto allowed = budget_->take(clock_->steady());
  if (auto budget = budget_->state(clock_->steady())) metrics_.showBudget(budget->left);
  // Our own limit: the breaker learns nothing from it.
  if (!allowed) co_return fail(allowed.error());
  auto permit = breaker_.admit();
  if (!permit) co_return fail(permit.error());
  bool answered = false;
  ask.answered = &answered;
  auto hop = co_await authorized(ask);
  if (!hop) {
    auto error = explained(std::move(hop.error()), ask.what);
    co_await concludeFailure(std::move(*permit), error, answered, ask.deadline);
    co_return fail(std::move(error));
  }
  if (!hop->head.isSuccess() && !std::ranges::count(ask.alsoAccepted, hop->head.status)) {
    auto error = explained(statusError(hop->head, ask.what, host_), ask.what);
    hop->transfer.reset();
    co_await concludeFailure(std::move(*permit), error, true, ask.deadline);
    co_return fail(std::move(error));
  }
  conclude(std::move(*permit), nullptr);
  co_return Answer{std::move(hop->head), std::move(hop->url), hop->redirected, std::move(turn),
                   std::move(hop->transfer)};
}

// The request, after a log-in if the upstream wants one. One log-in at most: a second 401 is the answer.
Task<Result<Session::Hop>> Session::authorized(Ask ask) {
  auto offer = co_await auth_->authorization(ask.scope, ask.deadline);
  if (!offer) co_return fail(offer.error());
  auto offered = offer->value;
  auto url = endpoint_.origin() + ask.path;
  auto hop = co_await follow(ask, url, offered, Reach::Public);
  if (!hop || hop->redirected) co_return hop;
  if (hop->head.status != 401) {
    auth_->judge(offered, hop->head.status);
    co_return hop;
  }
  auto challenges = parseChallenges(hop->head.findAll("WWW-Authenticate"));
  auto renewed =
      co_await auth_->answer(std::move(challenges), hop->head.from, ask.scope, std::move(*offer), ask.deadline);
  if (!renewed) co_return fail(renewed.error());
  if (!renewed->empty()) {
    hop->transfer.reset();
    hop = co_await follow(ask, url, *renewed, Reach::Public);
  }
  if (!hop || hop->redirected) co_return hop;
  auto refused = auth_->judge(renewed->empty() ? offered : *renewed, hop->head.status);
  if (refused) co_return fail(std::move(*refused));
  co_return hop;
}

// Redirects are followed here and not by libcurl, so that it is plain to see that credentials stay with their host.
Task<Result<Session::Hop>> Session::follow(Ask ask, std::string url, std::string authorization, Reach sentFrom) {
  const auto firstUrl = url;
  for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    auto target = splitUrl(url);
    if (!target) co_return fail(ErrorCode::UpstreamInvalid, target.error().message, host_);
    auto allowed = nearest(*target, sentFrom);
    // Behind a proxy nothing but the name is known of where it leads.
    if (reachOfHost(target->host) > allowed) co_return fail(tooNear(*target, allowed));
    auto begun = std::chrono::steady_clock::now();
    TransferLimits limits{ask.deadline, begun + options_.firstByteTimeout, options_.stallTimeout};
    auto transfer = std::make_unique<Transfer>(multi_, specFor(ask, url, authorization, firstUrl, allowed),
                                               target->place(), limits);
    auto head = co_await transfer->head();
    if (ask.answered && redirects == 0) *ask.answered = head.has_value();
    metrics_.countRequest(ask.method, head ? head->status : 0);
    if (!head && head.error().code == ErrorCode::Denied) co_return fail(tooNear(*target, allowed));
    if (!head) co_return fail(head.error());
    sentFrom = head->from;
    auto elapsed = std::chrono::steady_clock::now() - begun;
    metrics_.noteFirstByte(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed));
    if (redirects == 0) metrics_.noteQuota(*head);
    auto location = head->find("Location");
    if (!isRedirect(head->status) || !location) {
      co_return Hop{std::move(*head), std::move(url), redirects > 0, std::move(transfer)};
    }
    auto next = resolveUrl(url, std::string(*location));
    if (!next) co_return fail(ErrorCode::UpstreamInvalid, host_ + " redirected to an invalid URL.", host_);
    if (target->scheme == "https" && !lowerCase(*next).starts_with("https://")) {
      co_return fail(ErrorCode::UpstreamInvalid, host_ + " redirected from https to http, which is not followed.",
                     host_);
    }
    url = std::move(*next);
  }
  co_return fail(ErrorCode::UpstreamInvalid, host_ + " redirected more than 5 times.", host_);
}

// Who answers from this machine or a private network can reach what is there without us; anybody else would have us do
// it. It is told of each answer anew: what a name resolves to, its owner can change at any time.
Reach Session::nearest(const UrlParts& target, Reach sentFrom) const {
  if (target.host == homeHost_) return options_.localAddresses ? Reach::Local : Reach::Private;
  return isListed(target, options_.allowedAuthRealms) ? Reach::Local : sentFrom;
}

Error Session::tooNear(const UrlParts& target, Reach allowed) const {
  const std::string place = "a local address (this machine, link-local or cloud metadata)";
  if (target.host == homeHost_) {
    return {ErrorCode::InvalidArgument,
            target.host + " is " + place + ". Tests connect to it only if a saved rule has this host and port.", host_};
  }
  return {ErrorCode::UpstreamInvalid,
          host_ + " points to " + target.host + ", " +
              (allowed == Reach::Public ? "a private or local address" : place) +
              ", which is not followed. If it is right, add " + target.host + " to larder.upstreams[\"" + host_ +
              "\"].allowedAuthRealms.",
          host_};
}

RequestSpec Session::specFor(const Ask& ask, const std::string& url, const std::string& authorization,
                             const std::string& firstUrl, Reach nearest) const {
  auto target = splitUrl(url);
  auto home = splitUrl(firstUrl);
  bool atHome = target && home && *target == *home;
  RequestSpec spec;
  spec.method = ask.method;
  spec.url = url;
  spec.headers = ask.headers;
  spec.headers.emplace_back(std::string("User-Agent: larderd/").append(core::version()));
  // Blobs are stored as they are, and manifests are hashed.
  spec.headers.emplace_back("Accept-Encoding: identity");
  if (atHome && !authorization.empty()) spec.headers.push_back("Authorization: " + authorization);
  spec.tls = tls_;
  spec.nearest = nearest;
  spec.clientCertificate = target && target->host == homeHost_;
  // Blobs have connections of their own: on a shared HTTP/2 connection, one body whose consumer is slow holds up the
  // others in libcurl, and all of them share one congestion window.
  spec.http2 = options_.http2 && ask.body == BodyMode::Collect;
  spec.connectTimeout = options_.connectTimeout;
  spec.body = ask.body;
  spec.maxBodyBytes = ask.maxBodyBytes;
  return spec;
}

Task<Result<std::string>> Session::fetchToken(std::weak_ptr<Session> weak, std::string url, std::string authorization,
                                              Reach sentFrom, SteadyTime deadline) {
  auto self = weak.lock();
  if (!self) co_return fail(ErrorCode::Cancelled, "The upstream is no longer configured.");
  Ask ask;
  ask.maxBodyBytes = kMaxTokenAnswer;
  ask.headers = {"Accept: application/json"};
  ask.deadline = deadline;
  auto hop = co_await self->follow(ask, url, authorization, sentFrom);
  if (!hop) co_return fail(hop.error());
  if (!hop->head.isSuccess()) co_return fail(statusError(hop->head, "a token", self->host_));
  co_return co_await hop->transfer->body();
}

Task<Result<Session::Document>> Session::fetch(Ask ask) {
  auto self = shared_from_this();
  auto answer = co_await this->ask(ask);
  if (!answer) co_return fail(answer.error());
  Document document{std::move(answer->head), std::move(answer->url), answer->redirected, {}, answer->turn.waited};
  if (ask.method == Method::Head || !document.head.isSuccess()) co_return document;
  auto body = co_await answer->transfer->body();
  if (!body) {
    reportBodyFailure(body.error());
    co_return fail(body.error());
  }
  document.body = std::move(*body);
  co_return document;
}

Task<Result<Session::Document>> Session::fetchRetrying(Ask ask) {
  auto self = shared_from_this();
  for (int tries = 1;; ++tries) {
    auto document = co_await fetch(ask);
    if (document) co_return document;
    bool again = co_await waitForRetry(document.error(), tries, ask.deadline);
    if (!again) co_return document;
  }
}

Task<> Session::keepRate(std::uint64_t bytes, SteadyTime deadline) {
  if (!bandwidth_.isLimited()) co_return;
  auto now = std::chrono::steady_clock::now();
  auto next = std::min(bandwidth_.take(bytes, now), deadline);
  if (next > now) co_await runtime::sleepUntil(next);
}

Task<bool> Session::waitForRetry(Error error, int tries, SteadyTime deadline) {
  bool retryable = error.code == ErrorCode::UpstreamUnavailable || error.code == ErrorCode::UpstreamUntrusted ||
                   error.code == ErrorCode::UpstreamTimeout;
  if (!retryable || tries > options_.maxRetries || breaker_.refusal()) co_return false;
  auto delay = options_.retryDelay;
  if (options_.maxRetryDelay > delay) {
    for (int i = 1; i < tries && delay < options_.maxRetryDelay; ++i) delay *= 2;
    delay = std::min(delay, options_.maxRetryDelay);
  }
  auto next = std::chrono::steady_clock::now() + delay;
  if (next >= deadline) co_return false;
  co_await runtime::sleepUntil(next);
  co_return true;
}

}  // namespace larder::upstream
