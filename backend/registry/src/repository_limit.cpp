#include "repository_limit.hpp"

#include <string>
#include <utility>

#include "context.hpp"

namespace larder::registry {

Task<Result<void>> checkRepositoryLimit(std::shared_ptr<Context> context, std::string repository) {
  auto limit = context->router.config()->storage.maxRepos;
  if (!limit) co_return Result<void>{};
  auto there = co_await context->meta->repository(repository);
  if (!there) co_return core::fail(there.error());
  if (*there) co_return Result<void>{};
  auto names = co_await context->meta->repositories("", static_cast<std::size_t>(*limit));
  if (!names) co_return core::fail(names.error());
  if (names->size() < *limit) co_return Result<void>{};
  co_return core::fail(
      core::ErrorCode::TooManyRequests,
      "The limit on repositories (storage.maxRepos) is reached. Remove a repository or raise the limit.",
      "storage.maxRepos=" + std::to_string(*limit));
}

}  // namespace larder::registry
