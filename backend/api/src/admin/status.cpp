// What this daemon is and how it does.
#include "admin/handlers.hpp"
#include "embedded.hpp"
#include "times.hpp"

namespace larder::api::admin {

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
  }
  co_return jsonResponse(200, body);
}

Answer getOpenApi(Call) {
  http::Response response(200);
  response.set("Content-Type", "application/yaml");
  response.body = std::string(embedded::openapiYaml());
  co_return response;
}

}  // namespace larder::api::admin
