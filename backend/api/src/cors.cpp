#include "cors.hpp"

#include <algorithm>
#include <utility>

namespace larder::api {

void setCorsFields(http::Response& response, const PolicyState& state, const http::RequestHead& head) {
  const auto& allowed = state.policy.config->http.allowOrigin;
  auto origin = head.field("Origin");
  if (allowed.empty() || origin.empty()) return;
  if (std::find(allowed.begin(), allowed.end(), "*") != allowed.end()) {
    response.set("Access-Control-Allow-Origin", "*");
    return;
  }
  response.set("Vary", "Origin");
  if (std::find(allowed.begin(), allowed.end(), origin) == allowed.end()) return;
  response.set("Access-Control-Allow-Origin", std::string(origin));
  // Only for origins that are named: any page could read with a user's stored log-in otherwise.
  if (state.challenge) response.set("Access-Control-Allow-Credentials", "true");
}

http::Response answerOptions(const PolicyState& state, const http::RequestHead& head, std::string allow) {
  http::Response response(204);
  bool preflight = !head.field("Access-Control-Request-Method").empty();
  if (preflight && !state.policy.config->http.allowOrigin.empty()) {
    response.set("Access-Control-Allow-Methods", allow);
    response.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Range, If-None-Match");
    response.set("Access-Control-Max-Age", "600");
  }
  response.set("Allow", std::move(allow));
  setCorsFields(response, state, head);
  return response;
}

}  // namespace larder::api
