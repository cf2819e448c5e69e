#include "fill.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "context.hpp"
#include "repository_limit.hpp"

namespace larder::registry {

runtime::Task<core::Result<void>> fillRepository(std::shared_ptr<Context> context, Route route, storage::Origin origin,
                                                 std::vector<storage::MetaChange> changes) {
  auto record = co_await context->meta->repository(route.repository);
  if (!record) co_return core::fail(record.error());
  auto allowed = *record ? core::Result<void>{} : co_await checkRepositoryLimit(context, route.repository);
  if (!allowed) co_return allowed;
  bool pushed = *record && storage::isPushed((*record)->origin, (*record)->contentBytes);
  changes.insert(changes.begin(), storage::change::EnsureRepository{route.repository, origin, {}, route.mirroredOnly});
  auto applied = co_await context->meta->apply(std::move(changes));
  if (applied && pushed) {
    // Whoever pushed there finds the next push refused.
    spdlog::warn(
        "repository.mirrors repository={} upstream={} note=\"It was pushed, and is filled from there too now.\"",
        route.repository, origin.host);
  }
  co_return applied;
}

}  // namespace larder::registry
