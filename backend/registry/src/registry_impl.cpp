#include "registry_impl.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace larder::registry {
namespace {

constexpr std::chrono::seconds kTick{1};
constexpr std::uint64_t kFlushEvery = 5;  // ticks
constexpr std::uint64_t kLoadEvery = 30;
constexpr std::uint64_t kPurgeUploadsEvery = 300;
constexpr std::uint64_t kPurgeEvery = 3600;
constexpr std::chrono::seconds kUploadRest{30};
constexpr std::chrono::hours kPartialAge{24};
constexpr std::chrono::seconds kShutdownWait{4};
constexpr std::size_t kForgottenAtOnce = 256;           // repositories, before others have their turn
constexpr double kSpaceLow = 0.97, kSpaceAgain = 0.93;  // of the limit

StoreHealth lost(const core::Error& error) {
  return {StoreHealth::State::Lost, error.message};
}

StoreHealth healthOf(const PlaceUsages& places) {
  auto unwritable = totalOf(places).unwritable;
  if (unwritable.empty()) return {};
  return {StoreHealth::State::ReadOnly, std::move(unwritable)};
}

}  // namespace

std::shared_ptr<Registry> Registry::make(RegistryParts parts, const config::Snapshot& config) {
  auto& metrics = parts.metrics;
  return std::make_shared<RegistryImpl>(std::make_shared<Context>(std::move(parts), config), metrics);
}

RegistryImpl::RegistryImpl(std::shared_ptr<Context> context, telemetry::MetricRegistry& metrics)
    : context_(std::move(context)),
      manifestPull_(std::make_shared<ManifestPull>(context_)),
      blobPull_(std::make_shared<BlobPull>(context_)),
      housekeeping_(std::make_shared<Housekeeping>(context_)),
      damage_(std::make_shared<Damage>(context_, blobPull_)),
      scrub_(std::make_shared<Scrub>(context_, damage_)),
      jobs_(context_, housekeeping_, scrub_, manifestPull_, blobPull_),
      manifests_(context_, manifestPull_),
      blobs_(context_, blobPull_, damage_),
      uploads_(context_),
      lists_(context_),
      browse_(context_, manifestPull_),
      poller_(std::make_shared<Poller>(context_, manifestPull_, blobPull_)),
      sync_(context_, poller_),
      pullLog_(context_->clock, context_->shared),
      recurringWork_(metrics) {}

void RegistryImpl::reconfigure(config::Snapshot config) {
  context_->router.reconfigure(std::move(config));
  context_->negative.clear();
  context_->forgetAll();
  blobPull_->endBlocked();
}

void RegistryImpl::start() {
  if (started_.exchange(true)) return;
  runtime::spawn(context_->runtime.backgroundQueue(), "registry-background", background(shared_from_this()));
  scrub_->start();
}

Task<> RegistryImpl::background(std::shared_ptr<RegistryImpl> self) {
  co_await self->context_->jobs->readOthers();
  co_await self->pullLog_.load();
  for (std::uint64_t seconds = 0; !self->context_->stopping; ++seconds) {
    auto seen = self->stop_.version();
    try {
      co_await self->tick(seconds);
    } catch (const std::exception& e) {
      spdlog::error("registry.tick_failed error=\"{}\"", e.what());
    }
    if (self->context_->stopping) break;
    co_await self->stop_.wait(seen, deadlineIn(kTick));
  }
  self->ended_ = true;
  self->stop_.notify();
}

Task<> RegistryImpl::tick(std::uint64_t seconds) {
  auto database = co_await noticeForeignChanges();
  co_await context_->jobs->tick();
  co_await poller_->tick();
  announceUpstreams();
  if (seconds % kFlushEvery == kFlushEvery - 1) {
    context_->collectPulls();
    co_await context_->pulls.flush();
    co_await pullLog_.flush();
    uploads_.closeIdle(kUploadRest);
    auto gone = co_await context_->sizes.update();
    // What is remembered of them counts into series that were dropped.
    for (std::size_t i = 0; i < gone.size(); ++i) {
      context_->forgetRepository(gone[i]);
      if (i % kForgottenAtOnce == kForgottenAtOnce - 1) co_await runtime::giveWay();
    }
  }
  if (seconds % kLoadEvery == 0 && std::exchange(pullsElsewhere_, false)) co_await pullLog_.load();
  auto places = co_await measureStorage();
  note(!database ? lost(database.error()) : places ? healthOf(*places) : lost(places.error()));
  // What is here may belong to another daemon by now, so nothing is removed.
  const PlaceUsages none;
  if (!context_->isStoreLost()) housekeeping_->tick(places ? *places : none);
  showRecurringWork();
  if (seconds % kPurgeUploadsEvery == 0) co_await uploads_.purgeIdle();
  if (seconds % kPurgeEvery == 0) co_await purgePartials();
}

Task<Result<void>> RegistryImpl::noticeForeignChanges() {
  auto changes = co_await context_->meta->foreignChanges();
  if (!changes) {
    // What others changed is unknown now, so nothing may be answered from memory.
    foreignChanges_.reset();
    context_->forgetAll();
    context_->sizes.changedElsewhere();
    context_->uses.changed();
    co_return core::fail(std::move(changes.error()));
  }
  if (!foreignChanges_ || *foreignChanges_ != *changes) {
    context_->forgetAll();
    context_->sizes.changedElsewhere();
    context_->uses.changed();
  }
  if (foreignChanges_ && *foreignChanges_ != *changes) {
    co_await context_->jobs->readOthers();
    pullsElsewhere_ = true;
  }
  foreignChanges_ = *changes;
  co_return Result<void>{};
}

Task<> RegistryImpl::purgePartials() {
  auto partials = co_await context_->blobs->partials();
  if (!partials) {
    spdlog::warn("partial.purge_failed error=\"{}\"", partials.error().message);
    co_return;
  }
  auto oldest = context_->clock.now() - kPartialAge;
  for (auto& partial : *partials) {
    if (partial.changedAt > oldest) continue;
    if (partial.id.starts_with(kUploadPrefix)) {
      // An upload that is known expires by its own record.
      auto upload = co_await context_->meta->upload(partial.id.substr(kUploadPrefix.size()));
      if (!upload || *upload) continue;
    } else if (!partial.id.starts_with(kPullPrefix)) {
      continue;
    }
    auto removed = co_await context_->blobs->removePartial(partial.id);
    if (removed) spdlog::info("partial.purged id={} bytes={}", partial.id, partial.size);
  }
}

Task<Result<PlaceUsages>> RegistryImpl::measureStorage() {
  auto places = co_await context_->measurePlaces();
  if (!places) co_return places;
  auto usage = totalOf(*places);
  const auto& limit = context_->router.config()->larder.storage.maxBytes;
  auto bytes = limit ? core::resolve(*limit, usage.capacity) : usage.capacity;
  context_->metrics.storageUsed().set(static_cast<double>(usage.bytes + usage.partialBytes));
  context_->metrics.storageLimit().set(static_cast<double>(bytes));
  announceSpace(usage, bytes);
  co_return places;
}

void RegistryImpl::note(StoreHealth health) {
  bool usable = health.state == StoreHealth::State::Usable;
  bool isNews = usable ? storeFailure_.ended() : storeFailure_.isNews(health.reason);
  if (isNews && usable) spdlog::info("storage.usable_again");
  if (isNews && !usable) spdlog::error("storage.unusable reason=\"{}\"", health.reason);
  if (isNews) {
    telemetry::Event event;
    event.time = context_->clock.now();
    event.type = usable ? "storage.usable" : "storage.unusable";
    event.severity = usable ? telemetry::Severity::Info : telemetry::Severity::Error;
    event.message = usable ? "Storage is usable again." : health.reason;
    context_->events.publish(std::move(event));
  }
  context_->metrics.storageState().set(static_cast<double>(health.state));
  context_->setStoreHealth(std::move(health));
}

void RegistryImpl::showRecurringWork() {
  auto works = housekeeping_->recurringWork();
  for (auto&& more : {scrub_->recurringWork(), poller_->recurringWork()}) {
    works.insert(works.end(), more.begin(), more.end());
  }
  recurringWork_.show(works);
}

void RegistryImpl::announceUpstreams() {
  auto announce = [this](const std::string& host, const char* type, bool bad, std::string message) {
    telemetry::Event event;
    event.time = context_->clock.now();
    event.type = type;
    event.severity = bad ? telemetry::Severity::Warning : telemetry::Severity::Info;
    event.subject = host;
    event.message = std::move(message);
    context_->events.publish(std::move(event));
  };
  std::set<std::string> away, denied;
  for (const auto& status : context_->router.upstreams()) {
    const auto& host = status.host;
    auto state = upstream::stateOf(status);
    // What tries whether it is back proves nothing yet.
    bool unproved = state == upstream::UpstreamState::Recovering && away_.contains(host);
    if (unproved || state == upstream::UpstreamState::Down) {
      bool isNews = away.insert(host).second && !away_.contains(host);
      const char* paused = status.nextTry ? ", requests are paused" : "";
      if (isNews) announce(host, "upstream.down", true, host + " is down" + paused + ": " + status.lastError);
    }
    if (status.loginRefused) {
      bool isNews = denied.insert(host).second && !denied_.contains(host);
      if (isNews) announce(host, "upstream.denied", true, status.lastError);
    }
  }
  for (const auto& host : away_) {
    if (!away.contains(host)) announce(host, "upstream.up", false, host + " is up again.");
  }
  for (const auto& host : denied_) {
    if (!denied.contains(host)) announce(host, "upstream.up", false, host + " accepts the credentials again.");
  }
  away_ = std::move(away);
  denied_ = std::move(denied);
}

void RegistryImpl::announceSpace(const storage::StoreUsage& usage, std::uint64_t limit) {
  auto used = static_cast<double>(usage.bytes + usage.partialBytes);
  double share = limit > 0 ? used / static_cast<double>(limit) : 0;
  bool full = std::ranges::any_of(context_->places, [](const auto& entry) { return entry.second.room.full(); });
  bool low = share > (space_ == Space::Enough ? kSpaceLow : kSpaceAgain);
  auto space = full ? Space::Full : low ? Space::Low : Space::Enough;
  // Eviction makes it full and not full again by turns.
  if (space == space_ || (space == Space::Low && space_ == Space::Full)) return;
  space_ = space;
  telemetry::Event event;
  event.time = context_->clock.now();
  event.type = space == Space::Enough ? "storage.enough" : "storage.low";
  event.severity = space == Space::Enough ? telemetry::Severity::Info : telemetry::Severity::Warning;
  switch (space) {
    case Space::Full:
      event.message = "Storage is full: pulled images are not cached, and pushes are refused.";
      break;
    case Space::Low:
      event.message = "Storage is almost full; pulled images may soon no longer be cached.";
      break;
    case Space::Enough:
      event.message = "Storage has free space again.";
      break;
  }
  context_->events.publish(std::move(event));
}

Task<> RegistryImpl::shutdown() {
  context_->stopping = true;
  blobPull_->cancelAll();
  auto deadline = deadlineIn(kShutdownWait);
  while (started_ && !ended_ && std::chrono::steady_clock::now() < deadline) {
    auto seen = stop_.version();
    stop_.notify();
    if (ended_) break;
    co_await stop_.wait(seen + 1, deadline);
  }
  while ((blobPull_->running() > 0 || !housekeeping_->idle() || scrub_->running() || poller_->running() > 0) &&
         std::chrono::steady_clock::now() < deadline) {
    co_await runtime::sleepFor(std::chrono::milliseconds(20));
  }
  co_await poller_->release();
  uploads_.closeIdle(std::chrono::nanoseconds::zero());
  context_->collectPulls();
  co_await context_->pulls.flush();
  co_await pullLog_.flush();
  co_await context_->jobs->stop(deadline);
}

}  // namespace larder::registry
