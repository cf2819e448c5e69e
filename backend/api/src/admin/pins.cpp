// What is neither collected nor evicted.
#include <utility>

#include "admin/browse_input.hpp"
#include "admin/handlers.hpp"
#include "to_api.hpp"

namespace larder::api::admin {

Answer listPins(Call call) {
  std::string repository;
  if (call.head().queryParameter("repository")) {
    auto wanted = wantedRepository(call);
    if (!wanted) co_return std::move(wanted.error());
    repository = std::move(*wanted);
  }
  auto pins = co_await call.services->parts.registry.housekeeping().pins(std::move(repository));
  if (!pins) co_return failed(call, pins.error());
  auto mayRead = call.mayRead();
  std::vector<apitypes::Pin> readable;
  for (const auto& pin : *pins) {
    if (mayRead(pin.repository)) readable.push_back({pin.repository, pin.reference.toString()});
  }
  co_return jsonResponse(200, wholeList(std::move(readable)));
}

Answer pin(Call call) {
  auto wanted = wantedImage(call);
  if (!wanted) co_return std::move(wanted.error());
  auto& [repository, reference] = *wanted;
  call.note->object = repository + (reference.isTag() ? ":" : "@") + reference.toString();
  auto pinned =
      co_await call.services->parts.registry.housekeeping().pin({std::move(repository), std::move(reference)});
  if (!pinned) co_return failed(call, pinned.error());
  co_return http::Response(204);
}

Answer unpin(Call call) {
  auto wanted = wantedImage(call);
  if (!wanted) co_return std::move(wanted.error());
  auto& [repository, reference] = *wanted;
  call.note->object = repository + (reference.isTag() ? ":" : "@") + reference.toString();
  auto unpinned =
      co_await call.services->parts.registry.housekeeping().unpin({std::move(repository), std::move(reference)});
  if (!unpinned) co_return failed(call, unpinned.error());
  co_return http::Response(204);
}

}  // namespace larder::api::admin
