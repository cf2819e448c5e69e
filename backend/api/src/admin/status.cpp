// What this daemon is and how it does.
#include "admin/handlers.hpp"
#include "embedded.hpp"
#include "times.hpp"

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
    body["startedAt"] = formatTime(call.services->startedAt);
    body["time"] = formatTime(parts.clock.now());
    body["capabilities"] = capabilities(call);
  }
  if (call.caller.admin) body["config"] = configSummary(parts.editor.state());
  co_return jsonResponse(200, body);
}

Answer getOpenApi(Call) {
  http::Response response(200);
  response.set("Content-Type", "application/yaml");
  response.body = std::string(embedded::openapi_yaml());
  co_return response;
}

}  // namespace larder::api::admin
