// What is neither collected nor evicted.
#include <utility>

#include "admin/handlers.hpp"
#include "admin/wanted.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

using Change = runtime::Task<core::Result<void>> (registry::HousekeepingService::*)(storage::Pin);

Answer setPin(Call call, Change change) {
  auto wanted = wantedImage(call);
  if (!wanted) co_return std::move(wanted.error());
  call.note->object = wanted->name();
  auto& housekeeping = call.services->parts.registry.housekeeping();
  auto changed = co_await (housekeeping.*change)({std::move(wanted->repository), std::move(wanted->reference)});
  if (!changed) co_return failed(call, changed.error());
  co_return http::Response(204);
}

}  // namespace

Answer listPins(Call call) {
  auto repository = wantedRepositoryOrAll(call);
  if (!repository) co_return std::move(repository.error());
  auto pins = co_await call.services->parts.registry.housekeeping().pins(std::move(*repository));
  if (!pins) co_return failed(call, pins.error());
  auto mayRead = call.mayRead();
  std::vector<apitypes::Pin> readable;
  for (const auto& pin : *pins) {
    if (mayRead(pin.repository)) readable.push_back({pin.repository, pin.reference.toString()});
  }
  co_return jsonResponse(200, wholeList(std::move(readable)));
}

Answer pin(Call call) {
  co_return co_await setPin(std::move(call), &registry::HousekeepingService::pin);
}

Answer unpin(Call call) {
  co_return co_await setPin(std::move(call), &registry::HousekeepingService::unpin);
}

}  // namespace larder::api::admin
