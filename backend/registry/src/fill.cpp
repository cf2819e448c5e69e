#include "fill.hpp"

#include <utility>

#include "context.hpp"
#include "repository_limit.hpp"

namespace larder::registry {

runtime::Task<core::Result<void>> fillRepository(std::shared_ptr<Context> context, std::string repository,
                                                 storage::Origin origin, std::vector<storage::MetaChange> changes) {
  auto record = co_await context->meta->repository(repository);
  if (!record) co_return core::fail(record.error());
  auto allowed = *record ? core::Result<void>{} : co_await checkRepositoryLimit(context, repository);
  if (!allowed) co_return allowed;
  changes.insert(changes.begin(), storage::change::EnsureRepository{std::move(repository), std::move(origin)});
  co_return co_await context->meta->apply(std::move(changes));
}

}  // namespace larder::registry
