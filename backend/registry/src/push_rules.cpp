#include "push_rules.hpp"

#include <utility>

#include "context.hpp"
#include "repository_limit.hpp"

namespace larder::registry {

Task<Result<storage::MetaChange>> admitPush(std::shared_ptr<Context> context, std::string repository) {
  auto record = co_await context->meta->repository(repository);
  if (!record) co_return core::fail(record.error());
  if (!*record) {
    auto allowed = co_await checkRepositoryLimit(context, repository);
    if (!allowed) co_return core::fail(allowed.error());
  }
  auto origin = *record ? (*record)->origin : storage::Origin{};
  bool shared = !origin.host.empty() && context->router.allowsPush(origin.host, repository);
  if (!origin.host.empty() && !shared) {
    co_return core::fail(core::ErrorCode::Denied,
                         "This repository mirrors " + origin.host + "/" + origin.name +
                             " and takes no pushes. Push to another name, or list it in larder.upstreams[\"" +
                             origin.host + "\"].allowPush.",
                         repository);
  }
  co_return storage::MetaChange(storage::change::EnsureRepository{std::move(repository), {}, {}, shared});
}

bool mayBePushed(const Context& context, const Route& route) {
  if (route.mirroredOnly) return false;
  return route.origin.host.empty() || context.router.allowsPush(route.origin.host, route.repository);
}

}  // namespace larder::registry
