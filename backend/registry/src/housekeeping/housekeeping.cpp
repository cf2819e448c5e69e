#include "housekeeping/housekeeping.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "housekeeping/evictor.hpp"
#include "housekeeping/garbage_collector.hpp"
#include "housekeeping/time_window.hpp"
#include "random_id.hpp"

namespace larder::registry {
namespace {

// A daemon that is restarted again and again comes to collect all the same.
constexpr std::chrono::minutes kFirstCollection{1};
// An eviction that found nothing is not repeated at once: it looks through all manifests.
constexpr std::chrono::minutes kEvictionRest{1};
// Of work that could not begin since the store failed.
constexpr std::chrono::seconds kFailureRest{10};

core::Error alreadyRuns(const char* what) {
  return {core::ErrorCode::Conflict, std::string(what) + " is already running. Cancel it, or wait until it ends."};
}

// Nothing if the lease is this daemon's.
std::optional<core::Error> refusalOf(const Result<bool>& lease) {
  if (!lease) return lease.error();
  if (*lease) return std::nullopt;
  return core::Error{core::ErrorCode::Conflict, "Another daemon on this data directory is already doing this."};
}

}  // namespace

Housekeeping::Housekeeping(std::shared_ptr<Context> context)
    : context_(std::move(context)),
      plans_(std::make_shared<RemovalPlans>(context_)),
      collectionLease_(std::make_shared<Lease>(context_->shared, "gc", randomId())),
      evictionLease_(std::make_shared<Lease>(context_->shared, "eviction", randomId())) {}

void Housekeeping::tick(const PlaceUsages& places) {
  if (!firstTick_) firstTick_ = context_->clock.steady();
  if (collectionFailed_.exchange(false)) {
    for (const auto& route : begunLast_) lastCollections_.erase(route);
  }
  bool rests = context_->clock.steady() < nextCollection_.load();
  if (auto due = dueCollections(); !rests && !due.empty() && !collecting_.exchange(true)) {
    for (const auto& route : due) lastCollections_[route] = context_->clock.steady();
    begunLast_ = due;
    runtime::spawn(context_->runtime.backgroundQueue(), "gc", collectDue(shared_from_this(), std::move(due)));
  }
  if (places.empty()) return;
  auto room = roomOf(places, context_->router.config()->larder.storage);
  for (const auto& place : places) context_->places.at(place.route).room.measured(room.at(place.route), place.taken);
  if (auto needs = dueEviction(places); !needs.empty() && !evicting_.exchange(true)) {
    runtime::spawn(context_->runtime.backgroundQueue(), "eviction", evictDue(shared_from_this(), std::move(needs)));
  }
}

Task<Result<void>> Housekeeping::pin(storage::Pin pin) {
  auto pinned = co_await context_->maintenance->pin(std::move(pin));
  plans_->forget();
  co_return pinned;
}

Task<Result<void>> Housekeeping::unpin(storage::Pin pin) {
  auto unpinned = co_await context_->maintenance->unpin(std::move(pin));
  plans_->forget();
  co_return unpinned;
}

Task<Result<StorageState>> Housekeeping::storageState() {
  auto usage = co_await context_->blobs->usage();
  if (!usage) co_return core::fail(usage.error());
  auto config = context_->router.config();
  const auto& limits = config->larder.storage;
  StorageState state;
  state.usage = *usage;
  state.minFreeBytes = leastFree(*usage, limits);
  if (limits.maxBytes) {
    auto limit = core::resolve(*limits.maxBytes, usage->capacity);
    state.limitBytes = limit;
    state.highWatermarkBytes = share(limit, limits.highWatermark);
    state.lowWatermarkBytes = share(limit, limits.lowWatermark);
  }
  co_return state;
}

std::set<std::string> Housekeeping::dueCollections() const {
  auto config = context_->router.config();
  auto now = context_->clock.steady();
  std::set<std::string> due;
  auto look = [&](const std::string& route, const config::Storage& storage) {
    if (!storage.gc || !isInTimeWindow(storage.gcTimeWindow, context_->clock.now())) return;
    if (now < *firstTick_ + std::min<std::chrono::nanoseconds>(storage.gcInterval, kFirstCollection)) return;
    auto last = lastCollections_.find(route);
    // Zot takes an interval of 0 for "once".
    bool rests =
        last != lastCollections_.end() && (storage.gcInterval.count() == 0 || now < last->second + storage.gcInterval);
    if (!rests) due.insert(route);
  };
  look("", config->storage);
  for (const auto& [route, storage] : config->subPaths) look(route, storage);
  return due;
}

std::vector<RecurringWork> Housekeeping::recurringWork() const {
  auto config = context_->router.config();
  auto due = firstTick_ ? dueCollections() : std::set<std::string>{};
  std::vector<RecurringWork> works;
  auto add = [&](const std::string& route, const config::Storage& storage) {
    if (!storage.gc) return;
    bool once = storage.gcInterval.count() == 0 && lastCollections_.contains(route);
    auto state = collecting_ || due.contains(route) ? WorkState::Ready : once ? WorkState::Done : WorkState::Waiting;
    works.push_back({"gc " + route, Priority::Medium, state});
  };
  add("", config->storage);
  for (const auto& [route, storage] : config->subPaths) add(route, storage);
  works.push_back({"eviction", Priority::High, evicting_ ? WorkState::Ready : WorkState::Waiting});
  return works;
}

Task<Result<Job>> Housekeeping::startCollection(JobKind kind, std::string by) {
  if (collecting_.exchange(true)) co_return core::fail(alreadyRuns("Garbage collection"));
  if (auto refusal = refusalOf(co_await collectionLease_->acquire())) {
    collecting_ = false;
    co_return core::fail(std::move(*refusal));
  }
  auto job = context_->jobs->begin(kind, "", std::move(by));
  auto id = job->id();
  std::set<std::string> routes{""};
  auto config = context_->router.config();
  for (const auto& [route, storage] : config->subPaths) routes.insert(route);
  runtime::spawn(context_->runtime.backgroundQueue(), "gc",
                 collect(shared_from_this(), std::move(job), std::move(routes), kind == JobKind::Gc));
  co_return *context_->jobs->job(id);
}

Task<> Housekeeping::collectDue(std::shared_ptr<Housekeeping> self, std::set<std::string> routes) {
  auto mine = co_await self->collectionLease_->acquire();
  if (mine && *mine) {
    co_await collect(self, self->context_->jobs->begin(JobKind::Gc, "", ""), std::move(routes), true);
    co_return;
  }
  if (!mine) {
    self->nextCollection_ = self->context_->clock.steady() + kFailureRest;
    self->collectionFailed_ = true;
  }
  self->collecting_ = false;
}

Task<> Housekeeping::collect(std::shared_ptr<Housekeeping> self, std::shared_ptr<RunningJob> job,
                             std::set<std::string> routes, bool contentToo) {
  try {
    co_await collectGarbage(self->context_, self->collectionLease_, job, std::move(routes), contentToo);
    co_await self->collectionLease_->release();
  } catch (const std::exception& e) {
    spdlog::error("gc.failed error=\"{}\"", e.what());
    job->fail(e.what());
  }
  job->end(self->context_->stopping);
  self->collecting_ = false;
}

SpaceNeeds Housekeeping::dueEviction(const PlaceUsages& places) {
  if (context_->clock.steady() < nextEviction_.load()) return {};
  return neededSpace(places, context_->router.config()->larder.storage);
}

Task<Result<Job>> Housekeeping::startEviction(std::string by) {
  auto places = co_await context_->measurePlaces();
  if (!places) co_return core::fail(places.error());
  auto needs = neededSpace(*places, context_->router.config()->larder.storage);
  if (needs.empty()) {
    co_return core::fail(core::ErrorCode::Conflict, "Nothing to evict: usage is within the limits of larder.storage.");
  }
  if (evicting_.exchange(true)) co_return core::fail(alreadyRuns("Eviction"));
  if (auto refusal = refusalOf(co_await evictionLease_->acquire())) {
    evicting_ = false;
    co_return core::fail(std::move(*refusal));
  }
  auto job = context_->jobs->begin(JobKind::Eviction, "", std::move(by));
  auto id = job->id();
  runtime::spawn(context_->runtime.backgroundQueue(), "eviction",
                 evict(shared_from_this(), std::move(needs), std::move(job)));
  co_return *context_->jobs->job(id);
}

Task<> Housekeeping::evictDue(std::shared_ptr<Housekeeping> self, SpaceNeeds needs) {
  auto mine = co_await self->evictionLease_->acquire();
  if (mine && *mine) {
    co_await evict(self, std::move(needs), self->context_->jobs->begin(JobKind::Eviction, "", ""));
    co_return;
  }
  if (!mine) self->nextEviction_ = self->context_->clock.steady() + kFailureRest;
  self->evicting_ = false;
}

Task<> Housekeeping::evict(std::shared_ptr<Housekeeping> self, SpaceNeeds needs, std::shared_ptr<RunningJob> job) {
  try {
    auto need = largest(needs);
    auto evicted = co_await evictImages(self->context_, self->evictionLease_, std::move(needs), job);
    co_await self->evictionLease_->release();
    if (evicted.all) {
      spdlog::warn("eviction.nothing_left freed_bytes={} needed_bytes={} reason={}", evicted.bytes, need.bytes,
                   need.reason);
      self->nextEviction_ = self->context_->clock.steady() + kEvictionRest;
      job->fail("Nothing more can be evicted, but usage still exceeds the limits of larder.storage.");
    } else if (evicted.bytes > 0) {
      spdlog::info("eviction.done freed_bytes={} needed_bytes={} reason={}", evicted.bytes, need.bytes, need.reason);
    }
  } catch (const std::exception& e) {
    spdlog::error("eviction.failed error=\"{}\"", e.what());
    job->fail(e.what());
  }
  job->end(self->context_->stopping);
  self->evicting_ = false;
}

}  // namespace larder::registry
