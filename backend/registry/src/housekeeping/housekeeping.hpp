// When the store is kept in order. Started by the registry's tick, and run beside it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "context.hpp"
#include "housekeeping/lease.hpp"
#include "housekeeping/removal_plans.hpp"
#include "housekeeping/space.hpp"
#include "recurring_work.hpp"

namespace larder::registry {

class Housekeeping final : public HousekeepingService, public std::enable_shared_from_this<Housekeeping> {
 public:
  explicit Housekeeping(std::shared_ptr<Context> context);

  Task<Result<void>> pin(storage::Pin pin) override;
  Task<Result<void>> unpin(storage::Pin pin) override;
  Task<Result<std::vector<storage::Pin>>> pins(std::string repository) override {
    return context_->maintenance->pins(std::move(repository));
  }
  Task<Result<RemovalPlan>> planRetention(std::string repository) override {
    return plans_->retention(std::move(repository));
  }
  Task<Result<RemovalPlan>> planEviction() override { return plans_->eviction(); }
  Task<Result<StorageState>> storageState() override;

  // Begin one now: JobService::start() of Gc, Retention, Eviction.
  Task<Result<Job>> startCollection(JobKind kind, std::string by);
  Task<Result<Job>> startEviction(std::string by);

  // Starts what is due, each work once at a time. For one coroutine, about every second. `places`: empty if
  // that is not known.
  void tick(const PlaceUsages& places);
  // Collection and eviction, for the coroutine of tick().
  std::vector<RecurringWork> recurringWork() const;
  // Nothing runs. Once the context is stopping, this becomes so soon.
  bool idle() const { return !collecting_ && !evicting_; }

 private:
  // Those of storage ("") and its sub-paths whose next collection is due.
  std::set<std::string> dueCollections() const;
  SpaceNeeds dueEviction(const PlaceUsages& places);
  // With the lease, which they give back.
  static Task<> collect(std::shared_ptr<Housekeeping> self, std::shared_ptr<RunningJob> job,
                        std::set<std::string> routes, bool contentToo);
  static Task<> evict(std::shared_ptr<Housekeeping> self, SpaceNeeds needs, std::shared_ptr<RunningJob> job);
  // What is due; if no other daemon is at it.
  static Task<> collectDue(std::shared_ptr<Housekeeping> self, std::set<std::string> routes);
  static Task<> evictDue(std::shared_ptr<Housekeeping> self, SpaceNeeds needs);

  std::shared_ptr<Context> context_;
  std::shared_ptr<RemovalPlans> plans_;
  std::shared_ptr<Lease> collectionLease_, evictionLease_;
  std::optional<SteadyTime> firstTick_;
  std::map<std::string, SteadyTime> lastCollections_;  // by route
  std::set<std::string> begunLast_;                    // routes that tick() began a collection of
  std::atomic<bool> collecting_{false}, evicting_{false};
  std::atomic<bool> collectionFailed_{false};  // of those, before it began
  std::atomic<SteadyTime> nextCollection_{SteadyTime{}};
  std::atomic<SteadyTime> nextEviction_{SteadyTime{}};  // not before, since nothing was left to evict
};

}  // namespace larder::registry
