#include "site.hpp"

#include <utility>

#include "access.hpp"
#include "browser_guard.hpp"
#include "dashboard/dashboard.hpp"
#include "error_mapping.hpp"
#include "fields.hpp"
#include "larder/core/version.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api {
namespace {

http::Response text(int status, std::string body, std::string mediaType = "text/plain; charset=utf-8") {
  http::Response response(status);
  response.set("Content-Type", std::move(mediaType));
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

bool isRead(const http::RequestHead& head) {
  return head.method == http::Method::Get || head.method == http::Method::Head;
}

http::Response onlyReads() {
  auto response = errorResponse({core::ErrorCode::Unsupported, "Method not allowed."}, Subject::Repository);
  response.set("Allow", "GET, HEAD");
  return response;
}

runtime::Task<http::Response> metrics(Services* services, std::shared_ptr<const PolicyState> state,
                                      http::Request* request) {
  if (auto fault = faultOfPage(*state, request->head)) co_return errorResponse(*fault, Subject::Repository);
  auto identity = co_await logIn(services, state, &request->head, std::string(request->head.path));
  if (!identity) co_return std::move(identity.error());
  bool allowed = state->policy.authorizer->allowsMetrics(**identity);
  auto response = refused(*state, **identity, "", "read metrics");
  if (allowed) {
    auto exposed =
        co_await runtime::offload(services->parts.blocking, [services] { return services->parts.metrics.expose(); });
    response = text(200, std::move(exposed), "text/plain; version=0.0.4; charset=utf-8");
  }
  response.user = nameOf(std::move(*identity));
  co_return response;
}

// For those who ask for no HTML, and where there is no dashboard.
std::string aboutPage(const PolicyState& state, const std::string& prefix) {
  std::string page = "Larder " + std::string(core::version()) + ", an OCI registry and pull-through cache.\n\n";
  if (embeddedAssets().empty()) {
    page += "This build has no web dashboard (it was configured with -DWEB=OFF).\n\n";
  } else if (!state.policy.config->extensions.ui) {
    page += "The web dashboard is turned off (extensions.ui.enable).\n\n";
  }
  page += "/v2/      the registry (OCI distribution API)\n";
  const auto& metrics = state.policy.config->extensions.metrics;
  if (metrics.enable) page += prefix + metrics.path + "  metrics for Prometheus\n";
  page += prefix + "/livez, " + prefix + "/readyz, " + prefix + "/startupz  probes\n";
  return page;
}

}  // namespace

std::optional<http::Response> answerProbe(const Services& services, const http::RequestHead& head) {
  if (head.path == "/livez") return isRead(head) ? text(200, "ok\n") : onlyReads();
  if (head.path != "/readyz" && head.path != "/startupz") return std::nullopt;
  if (!isRead(head)) return onlyReads();
  if (!services.parts.ready) return text(503, "starting or stopping\n");
  if (head.path == "/startupz") return text(200, "ok\n");
  // Strangers ask too: the reason, which names paths, is in the log.
  switch (services.parts.registry.storeHealth().state) {
    case registry::StoreHealth::State::Usable:
      return text(200, "ok\n");
    case registry::StoreHealth::State::ReadOnly:
      // It goes on serving what it has.
      return text(200, "degraded: nothing can be stored; see the log\n");
    case registry::StoreHealth::State::Lost:
      break;
  }
  return text(503, "the data directory or the database is gone or unreadable; see the log, then restart larderd\n");
}

runtime::Task<http::Response> answerSite(Services* services, std::shared_ptr<const PolicyState> state,
                                         http::Request* request) {
  const auto& head = request->head;
  const auto& extensions = state->policy.config->extensions;
  bool isMetrics = extensions.metrics.enable && head.path == extensions.metrics.path;
  bool isApi = head.path == "/api" || head.path.starts_with("/api/");
  if (extensions.ui && !isMetrics && !isApi) {
    if (auto page = answerDashboard(embeddedAssets(), head)) co_return std::move(*page);
  }
  if (!isMetrics && head.path != "/") {
    co_return errorResponse({core::ErrorCode::NotFound, "Not found."}, Subject::Repository);
  }
  if (!isRead(head)) co_return onlyReads();
  if (isMetrics) co_return co_await metrics(services, state, request);
  co_return text(200, aboutPage(*state, std::string(head.prefix)));
}

}  // namespace larder::api
