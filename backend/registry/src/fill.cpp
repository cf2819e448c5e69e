#include "fill.hpp"

#include <utility>

#include "context.hpp"
#include "repository_limit.hpp"

namespace larder::registry {

OriginClaims::Claim::Claim(OriginClaims& claims, std::string repository, const storage::Origin& origin)
    : claims_(claims), repository_(std::move(repository)) {
  std::lock_guard lock(claims_.mutex_);
  auto& holder = claims_.holders_[repository_];
  granted_ = holder.holders == 0 || holder.origin == origin;
  if (!granted_) return;
  holder.origin = origin;
  ++holder.holders;
}

OriginClaims::Claim::~Claim() {
  if (!granted_) return;
  std::lock_guard lock(claims_.mutex_);
  auto holder = claims_.holders_.find(repository_);
  if (--holder->second.holders == 0) claims_.holders_.erase(holder);
}

runtime::Task<core::Result<void>> fillRepository(std::shared_ptr<Context> context, std::string repository,
                                                 storage::Origin origin, std::vector<storage::MetaChange> changes) {
  OriginClaims::Claim claim(context->claims, repository, origin);
  if (!claim.granted()) {
    co_return core::fail(core::ErrorCode::Conflict, "The repository is being filled from another registry.",
                         repository);
  }
  auto record = co_await context->meta->repository(repository);
  if (!record) co_return core::fail(record.error());
  if (*record && !(*record)->origin.host.empty() && (*record)->origin != origin) {
    co_return core::fail(core::ErrorCode::Conflict,
                         "The repository belongs to another registry; give the sync rules destinations of their own.",
                         repository);
  }
  auto allowed = *record ? core::Result<void>{} : co_await checkRepositoryLimit(context, repository);
  if (!allowed) co_return allowed;
  if (!*record || (*record)->origin.host.empty()) {
    changes.insert(changes.begin(), storage::change::EnsureRepository{repository, std::move(origin)});
  }
  co_return co_await context->apply(std::move(repository), std::move(changes));
}

}  // namespace larder::registry
