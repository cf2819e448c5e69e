// Downloads that run.
#include "admin/handlers.hpp"
#include "to_api.hpp"

namespace larder::api::admin {

Answer listTransfers(Call call) {
  auto mayRead = call.mayRead();
  auto running = call.services->parts.registry.transfers().transfers();
  std::erase_if(running, [&](const auto& transfer) { return !mayRead(transfer.repository); });
  co_return jsonResponse(200, wholeList(listOf(running)));
}

Answer cancelTransfer(Call call) {
  const auto& id = call.parameter("id");
  call.note->object = id;
  auto cancelled = call.services->parts.registry.transfers().cancelTransfer(id);
  if (!cancelled) co_return failed(call, cancelled.error());
  co_return http::Response(204);
}

}  // namespace larder::api::admin
