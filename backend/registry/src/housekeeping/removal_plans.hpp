// What retention and eviction would remove now, as HousekeepingService tells it. Nothing is removed.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "context.hpp"

namespace larder::registry {

// Thread-safe.
class RemovalPlans : public std::enable_shared_from_this<RemovalPlans> {
 public:
  explicit RemovalPlans(std::shared_ptr<Context> context) : context_(std::move(context)) {}

  Task<Result<RemovalPlan>> retention(std::string repository);
  Task<Result<RemovalPlan>> eviction();
  // What was planned holds no more.
  void forget();

 private:
  struct Kept {
    RemovalPlan plan;
    config::Snapshot config;
    SteadyTime until;
  };

  RemovalPlan find(const std::string& key);
  RemovalPlan keep(std::string key, config::Snapshot config, std::vector<PlannedRemoval> removals);
  Task<Result<std::vector<PlannedRemoval>>> planRetention(std::string repository, config::Snapshot config);
  Task<Result<std::vector<PlannedRemoval>>> planEviction(config::Snapshot config);

  std::shared_ptr<Context> context_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

}  // namespace larder::registry
