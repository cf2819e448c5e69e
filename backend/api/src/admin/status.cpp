// What this daemon is and how it does.
#include <string_view>

#include "activity_json.hpp"
#include "admin/content_json.hpp"
#include "admin/handlers.hpp"
#include "embedded.hpp"
#include "larder/apitypes/time.hpp"
#include "larder/telemetry/runtime_metrics.hpp"

namespace larder::api::admin {
namespace {

// What the faces need to know before they show a control.
Json capabilities(const Call& call) {
  const auto& config = call.config();
  auto list = Json::array();
  if (call.state->policy.authenticator->challengeRealm()) list.push_back("login");
  if (config.extensions.sync && config.extensions.sync->enable) list.push_back("sync");
  if (config.storage.gc) list.push_back("gc");
  if (config.extensions.scrub.enable) list.push_back("scrub");
  if (config.extensions.metrics.enable) list.push_back("metrics");
  if (call.caller.changes && !config.larder.management.readOnly) {
    list.push_back("editConfig");
    if (config.http.auth.htpasswdPath) list.push_back("editUsers");
  }
  return list;
}

Json configSummary(const config::LoadState& state) {
  Json summary{{"revision", state.revision},
               {"source", state.editsOverlay ? "overlay" : "file"},
               {"drift", state.overlaid},
               {"restartNeeded", state.restartNeeded}};
  if (!state.ok) summary["reloadError"] = state.error;
  return summary;
}

Json memoryJson(telemetry::MetricRegistry& metrics) {
  Json json{{"usedBytes", static_cast<std::uint64_t>(telemetry::processResidentBytes())}};
  auto limit = static_cast<std::uint64_t>(metrics.total("larder_memory_limit_bytes"));
  if (limit > 0) json["limitBytes"] = limit;
  return json;
}

Json cacheJson(telemetry::MetricRegistry& metrics) {
  auto pulls = [&](std::string_view result) {
    return static_cast<std::uint64_t>(metrics.total("larder_cache_requests_total", "result", result));
  };
  const std::string_view served = "larder_cache_served_bytes_total";
  return {{"hits", pulls("hit")},
          {"misses", pulls("miss")},
          {"stale", pulls("stale")},
          {"servedBytes", static_cast<std::uint64_t>(metrics.total(served))},
          {"fetchedBytes", static_cast<std::uint64_t>(metrics.total(served, "source", "upstream"))}};
}

}  // namespace

Answer getStatus(Call call) {
  const auto& parts = call.services->parts;
  Json body;
  body["name"] = "larder";
  body["state"] = parts.ready ? "serving" : "starting";
  body["loginPossible"] = call.state->policy.authenticator->challengeRealm().has_value();
  // Strangers learn no version to look up the faults of.
  if (call.caller.reads) {
    body["version"] = LARDER_VERSION;
    body["startedAt"] = apitypes::formatTime(call.services->startedAt);
    body["time"] = apitypes::formatTime(parts.clock.now());
    body["capabilities"] = capabilities(call);
    if (auto use = co_await parts.registry.housekeeping().storageState()) body["storage"] = storageUseJson(*use);
    body["memory"] = memoryJson(parts.metrics);
    body["cache"] = cacheJson(parts.metrics);
    body["upstreams"] = Json::array();
    for (const auto& upstream : parts.registry.sync().upstreams()) body["upstreams"].push_back(toJson(upstream));
  }
  if (call.caller.admin) body["config"] = configSummary(parts.editor.state());
  co_return jsonResponse(200, body);
}

Answer getOpenApi(Call) {
  http::Response response(200);
  response.set("Content-Type", "application/yaml");
  response.body = std::string(embedded::openapiYaml());
  co_return response;
}

}  // namespace larder::api::admin
