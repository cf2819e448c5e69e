// Whether a rule serves a repository, so that what is evicted of it can be fetched again.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "context.hpp"

namespace larder::registry {

// Asks once for each repository. One coroutine at a time.
class Fetchable {
 public:
  explicit Fetchable(std::shared_ptr<Context> context) : context_(std::move(context)) {}

  Task<bool> check(std::string repository) {
    if (auto known = known_.find(repository); known != known_.end()) co_return known->second;
    auto route = co_await context_->router.resolve(repository, "");
    bool fetchable = route && !route->targets.empty();
    known_.emplace(std::move(repository), fetchable);
    co_return fetchable;
  }

 private:
  std::shared_ptr<Context> context_;
  std::unordered_map<std::string, bool> known_;
};

}  // namespace larder::registry
