// Downloads that run.
#include "activity_json.hpp"
#include "admin/handlers.hpp"

namespace larder::api::admin {

Answer listTransfers(Call call) {
  auto mayRead = call.mayRead();
  auto items = Json::array();
  for (const auto& transfer : call.services->parts.registry.transfers().transfers()) {
    if (mayRead(transfer.repository)) items.push_back(toJson(transfer));
  }
  auto total = items.size();
  co_return jsonResponse(200, {{"items", std::move(items)}, {"total", total}});
}

Answer cancelTransfer(Call call) {
  const auto& id = call.parameter("id");
  call.note->object = id;
  auto cancelled = call.services->parts.registry.transfers().cancelTransfer(id);
  if (!cancelled) co_return failed(call, cancelled.error());
  co_return http::Response(204);
}

}  // namespace larder::api::admin
