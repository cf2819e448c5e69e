#include "larder/api/server_handler.hpp"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

#include "admin/problem.hpp"
#include "admin/routes.hpp"
#include "cors.hpp"
#include "error_mapping.hpp"
#include "fields.hpp"
#include "oci/routes.hpp"
#include "oci_path.hpp"
#include "proxied.hpp"
#include "pull_recorder.hpp"
#include "ready_path.hpp"
#include "services.hpp"
#include "site.hpp"

namespace larder::api {
namespace {

using http::Method;

bool isOci(std::string_view path) {
  return path == "/v2" || path.starts_with("/v2/");
}

bool isManagement(std::string_view path) {
  return path == admin::kPrefix || (path.starts_with(admin::kPrefix) && path[admin::kPrefix.size()] == '/');
}

// A repository that certainly exists, for the label of a metric: one that an answer came from.
std::string_view knownRepository(const http::RequestHead& head, int status) {
  if (status >= 400) return {};
  auto path = parseOciPath(head.path);
  bool provesIt = path.route == OciRoute::Manifest || path.route == OciRoute::Blob || path.route == OciRoute::Tags;
  // With `ns` the name is the upstream's, and the local one is another.
  bool local = head.query.empty() || !head.queryParameter("ns");
  return provesIt && local && core::isRepositoryName(path.name) ? path.name : std::string_view{};
}

class Implementation final : public ServerHandler {
 public:
  Implementation(const HandlerParts& parts, Policy policy) : services_(parts, std::move(policy)) {}

  void start(const runtime::Executor& io) override { services_.live->start(io); }

  void reconfigure(Policy policy) override {
    services_.policy.store(std::make_shared<const PolicyState>(std::move(policy)));
  }

  void received(http::RequestHead& head) override {
    if (auto sent = asClientSent(*services_.policy.load(), head)) head = *sent;
  }

  bool tryReady(const http::RequestHead& head, http::ReadyResponse& response) override {
    return answerReady(services_, head, response);
  }

  runtime::Task<http::Response> handle(http::Request& request) override {
    if (auto probe = answerProbe(services_, request.head)) return runtime::ready(std::move(*probe));
    return answer(services_.policy.load(), &request);
  }

  http::Response refusal(const http::RequestHead& head, int status, std::string message,
                         std::optional<std::chrono::seconds> retryAfter) override;
  void finished(const http::RequestHead& head, const http::Outcome& outcome) override;

 private:
  runtime::Task<http::Response> answer(std::shared_ptr<const PolicyState> state, http::Request* request);
  runtime::Task<http::Response> route(std::shared_ptr<const PolicyState> state, http::Request* request);
  void doubt(const http::RequestHead& head);

  Services services_;
};

runtime::Task<http::Response> Implementation::answer(std::shared_ptr<const PolicyState> state, http::Request* request) {
  auto response = co_await route(state, request);
  if (isManagement(request->head.path)) co_return response;
  if (request->head.method != Method::Options) setCorsFields(response, *state, request->head);
  co_return response;
}

// No coroutine: a frame less is kept by each request that waits for an upstream.
runtime::Task<http::Response> Implementation::route(std::shared_ptr<const PolicyState> state, http::Request* request) {
  const auto& head = request->head;
  if (auto wait = state->limiter.take(head.method, std::chrono::steady_clock::now())) {
    core::Error error{core::ErrorCode::TooManyRequests,
                      "The registry's request rate limit (http.ratelimit) is exceeded."};
    error.retryAfter = std::chrono::ceil<std::chrono::milliseconds>(*wait);
    auto response = errorResponse(error, Subject::Repository);
    setCommonFields(response);
    return runtime::ready(std::move(response));
  }
  // A parameter with a broken escape would count as left out, whichever API it is for.
  if (!http::percentDecode(head.query)) {
    return runtime::ready(refusal(head, 400, "The query has an invalid percent-escape or a NUL.", std::nullopt));
  }
  if (isManagement(head.path)) return admin::dispatch(&services_, std::move(state), request);
  if (!isOci(head.path)) {
    if (head.method == Method::Options) return runtime::ready(answerOptions(*state, head, "GET, HEAD, OPTIONS"));
    return answerSite(&services_, state, request);
  }
  auto path = http::percentDecode(head.path);
  if (!path) {
    auto response =
        errorResponse({core::ErrorCode::NameInvalid, "The path has an invalid percent-escape."}, Subject::Repository);
    setCommonFields(response);
    return runtime::ready(std::move(response));
  }
  if (head.method == Method::Options) {
    auto allowed = oci::allowedMethods(parseOciPath(*path).route);
    return runtime::ready(answerOptions(*state, head, allowed.empty() ? "OPTIONS" : allowed + ", OPTIONS"));
  }
  return oci::dispatch(&services_, std::move(state), request, std::move(*path));
}

// What is stored could not be read as far as it was promised.
void Implementation::doubt(const http::RequestHead& head) {
  auto path = parseOciPath(head.path);
  if (path.route != OciRoute::Blob) return;
  if (auto digest = core::Digest::parse(path.reference)) services_.parts.registry.blobs().doubt(*digest);
}

http::Response Implementation::refusal(const http::RequestHead& head, int status, std::string message,
                                       std::optional<std::chrono::seconds> retryAfter) {
  auto code = status == 429   ? core::ErrorCode::TooManyRequests
              : status == 400 ? core::ErrorCode::InvalidArgument
              : status == 500 ? core::ErrorCode::Internal
                              : core::ErrorCode::Timeout;
  core::Error error(code, std::move(message));
  error.retryAfter = retryAfter;
  auto response = isManagement(head.path) ? admin::problemResponse(status, error.message)
                                          : errorResponse(error, Subject::Repository);
  response.status = status;
  if (retryAfter && response.field("Retry-After").empty()) {
    response.set("Retry-After", std::to_string(retryAfter->count()));
  }
  setCommonFields(response);
  return response;
}

void Implementation::finished(const http::RequestHead& head, const http::Outcome& outcome) {
  // Zot does not count the scrapes of its metrics either.
  const auto& config = services_.policy.load()->policy.config;
  if (head.path != config->extensions.metrics.path) {
    services_.requests.count(head.method, outcome.status, outcome.took, knownRepository(head, outcome.status));
  }
  recordPull(services_, head, outcome);
  if (outcome.bodyFailed) doubt(head);
  auto level = outcome.status >= 500 ? spdlog::level::info : spdlog::level::debug;
  if (!spdlog::should_log(level)) return;
  spdlog::log(level, "request id={} user=\"{}\" method={} path={} status={} bytes={} ms={:.1f} complete={} remote={}",
              outcome.requestId, loggable(std::string(outcome.user)), head.methodText, head.path.substr(0, 512),
              outcome.status, outcome.bytes, std::chrono::duration<double, std::milli>(outcome.took).count(),
              outcome.complete, head.remoteAddress);
}

}  // namespace

std::unique_ptr<ServerHandler> ServerHandler::make(const HandlerParts& parts, Policy policy) {
  return std::make_unique<Implementation>(parts, std::move(policy));
}

}  // namespace larder::api
