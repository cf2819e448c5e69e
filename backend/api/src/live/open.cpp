// GET /live: the WebSocket of what changes.
#include <string>

#include "admin/handlers.hpp"
#include "live/viewer.hpp"

namespace larder::api::admin {

Answer openLive(Call call) {
  auto& hub = call.services->live;
  auto viewer = std::make_shared<live::Viewer>(hub, live::Rights{call.state, call.caller, call.mayRead()});
  auto answer = http::acceptWebSocket(call.head(), viewer);
  if (answer.status != 101) {
    auto refusal = problemResponse(answer.status, "This is a WebSocket endpoint: connect with the RFC 6455 handshake.");
    for (const auto* field : {"Upgrade", "Sec-WebSocket-Version"}) {
      auto value = answer.field(field);
      if (!value.empty()) refusal.set(field, std::string(value));
    }
    co_return refusal;
  }
  if (!hub->add(viewer, runtime::ClientNetwork::of(call.head().remoteAddress))) {
    co_return problemResponse(503, "Too many live connections in total, or from this address.");
  }
  co_return answer;
}

}  // namespace larder::api::admin
