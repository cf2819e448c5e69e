#include "live/hub.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <exception>
#include <unordered_map>
#include <utility>

#include "larder/runtime/offload.hpp"
#include "live/series.hpp"
#include "live/viewer.hpp"
#include "services.hpp"
#include "to_api.hpp"

namespace larder::api::live {
namespace {

using Viewers = std::span<const std::shared_ptr<Viewer>>;
using std::chrono::milliseconds;

constexpr milliseconds kSecond{1000};
constexpr milliseconds kWatchedTick{250};
constexpr milliseconds kCheckEvery{2000};
constexpr milliseconds kBeatEvery{2000};
constexpr std::uint16_t kSessionOver = 4401, kInternalError = 1011;
constexpr std::size_t kSnapshotLines = 100;

// The rest of a message after its number.
template <class Data>
SharedText share(const Data& data) {
  std::string text = ",\"data\":";
  apitypes::Writer(text).value(data);
  text += '}';
  return std::make_shared<const http::WebSocketText>(std::move(text));
}

template <class Item>
SharedText shareItems(const std::vector<Item>& items) {
  auto list = listOf(items);
  return share(apitypes::LiveItems<typename decltype(list)::value_type>{std::move(list), {}});
}

// Drops what came after the one with this number.
template <class Read>
void keepUntil(Read& read, std::uint64_t number) {
  auto kept = number >= read.first ? number - read.first + 1 : 0;
  if (kept < read.items.size()) read.items.resize(kept);
}

bool isLevel(const telemetry::LogLine& line, apitypes::LogLevel least) {
  return byWord<apitypes::LogLevel>(line.level) >= least;
}

// What differs between two looks at the transfers.
struct TransferNews {
  std::vector<registry::Transfer> changed;
  std::vector<registry::Transfer> ended;
};

TransferNews compare(const std::vector<registry::Transfer>& before, const std::vector<registry::Transfer>& now) {
  std::unordered_map<std::string, const registry::Transfer*> known;
  for (const auto& one : before) known.emplace(one.id, &one);
  TransferNews news;
  for (const auto& one : now) {
    auto found = known.find(one.id);
    bool same = found != known.end() && found->second->received == one.received &&
                found->second->clients == one.clients && found->second->total == one.total &&
                found->second->bytesPerSecond == one.bytesPerSecond;
    if (found != known.end()) known.erase(found);
    if (!same) news.changed.push_back(one);
  }
  for (const auto& one : before) {
    if (known.contains(one.id)) news.ended.push_back(one);
  }
  return news;
}

// For one who may see all, or some.
template <class MayRead>
apitypes::LiveItems<apitypes::Transfer> newsFor(const TransferNews& news, const MayRead& mayRead) {
  apitypes::LiveItems<apitypes::Transfer> data;
  for (const auto& one : news.changed) {
    if (mayRead(one.repository)) data.items.push_back(toApi(one));
  }
  std::vector<std::string> ended;
  for (const auto& one : news.ended) {
    if (mayRead(one.repository)) ended.push_back(one.id);
  }
  if (!ended.empty()) data.ended = std::move(ended);
  return data;
}

bool isEmpty(const apitypes::LiveItems<apitypes::Transfer>& data) {
  return data.items.empty() && !data.ended;
}

template <class MayRead>
std::vector<telemetry::Event> readable(std::vector<telemetry::Event> events, const MayRead& mayRead) {
  std::erase_if(events, [&](const auto& event) { return event.repository.empty() || !mayRead(event.repository); });
  return events;
}

}  // namespace

Hub::Hub(Services& services)
    : services_(services),
      queue_(boost::asio::make_strand(services.parts.blocking)),
      sampler_(chartSeries(services.parts.metrics)) {}
Hub::~Hub() = default;

void Hub::start(const runtime::Executor& io) {
  runtime::spawn(io, "live", run(shared_from_this()));
}

runtime::Task<> Hub::run(std::shared_ptr<Hub> self) {
  auto next = std::chrono::steady_clock::now();
  while (true) {
    try {
      co_await runtime::offload(self->queue_, [self] { self->tick(); });
    } catch (const std::exception& e) {
      spdlog::error("live.tick_failed error=\"{}\"", e.what());
    }
    bool watched = false;
    {
      std::lock_guard lock(self->viewersMutex_);
      watched = !self->viewers_.empty();
    }
    next = std::max(next + (watched ? kWatchedTick : kSecond), std::chrono::steady_clock::now());
    co_await runtime::sleepUntil(next);
  }
}

bool Hub::add(const std::shared_ptr<Viewer>& viewer, runtime::ClientNetwork network) {
  auto place = places_->take(network);
  if (!place && viewer->rights()->caller.admin) place = adminPlaces_->take(network);
  if (!place) return false;
  viewer->hold(std::move(place));
  std::lock_guard lock(viewersMutex_);
  std::erase_if(viewers_, [](const auto& one) { return one.expired(); });
  viewers_.push_back(viewer);
  return true;
}

std::vector<std::shared_ptr<Viewer>> Hub::watching() {
  std::vector<std::shared_ptr<Viewer>> all;
  std::lock_guard lock(viewersMutex_);
  std::erase_if(viewers_, [&](const auto& weak) {
    auto viewer = weak.lock();
    if (viewer) all.push_back(std::move(viewer));
    return !viewer && weak.expired();
  });
  return all;
}

void Hub::tick() {
  // Outlives the lock: the last reference of a viewer may be this one.
  std::vector<std::shared_ptr<Viewer>> viewers;
  std::lock_guard lock(mutex_);
  viewers = watching();
  snapshots_.clear();
  auto now = services_.parts.clock.steady();
  // Before anything is offered, so that nobody is shown what a new policy has taken from them. Time alone ends
  // sessions.
  bool all = !checkedAt_ || now - *checkedAt_ >= kCheckEvery;
  if (all) checkedAt_ = now;
  auto state = services_.policy.load();
  for (const auto& viewer : viewers) {
    if (all || viewer->rights()->state != state) resolve(*viewer, state);
  }
  // A tick may come a little early, or late.
  if (!sampledAt_ || now - *sampledAt_ >= kSecond - kWatchedTick / 2) {
    sampledAt_ = now;
    services_.cacheWindows.tick(services_.parts.clock.now());
    auto values = sampler_.sample(services_.parts.clock.now(), now);
    if (!viewers.empty()) {
      auto text = share(sampleOf(sampler_, services_.parts.clock.now(), values));
      for (const auto& viewer : viewers) viewer->offer(Topic::Metrics, text);
    }
  }
  offerTransfers(viewers);
  offerEvents(viewers);
  offerJobs(viewers);
  offerLogs(viewers);
  offerUpstreams(viewers);
  if (!beatAt_ || now - *beatAt_ >= kBeatEvery - kWatchedTick / 2) {
    beatAt_ = now;
    beat(viewers);
  }
}

void Hub::offerTransfers(Viewers viewers) {
  auto now = services_.parts.registry.transfers().transfers();
  auto before = std::exchange(transfers_, std::move(now));
  if (viewers.empty() || (before.empty() && transfers_.empty())) return;
  auto news = compare(before, transfers_);
  auto all = newsFor(news, [](const std::string&) { return true; });
  if (isEmpty(all)) return;
  auto text = share(all);
  for (const auto& viewer : viewers) {
    auto rights = viewer->rights();
    if (rights->caller.admin) {
      viewer->offer(Topic::Transfers, text);
    } else if (viewer->watches(Topic::Transfers)) {
      auto some = newsFor(news, rights->mayRead);
      if (!isEmpty(some)) viewer->offer(Topic::Transfers, share(some));
    }
  }
}

void Hub::offerEvents(Viewers viewers) {
  auto read = services_.parts.events.recent().after(events_);
  if (read.items.empty()) return;
  events_ = read.first + read.items.size() - 1;
  if (viewers.empty()) return;
  auto text = shareItems(read.items);
  for (const auto& viewer : viewers) {
    auto rights = viewer->rights();
    if (rights->caller.admin) {
      viewer->offer(Topic::Events, text);
    } else if (viewer->watches(Topic::Events)) {
      auto some = readable(read.items, rights->mayRead);
      if (!some.empty()) viewer->offer(Topic::Events, shareItems(some));
    }
  }
}

void Hub::offerJobs(Viewers viewers) {
  auto version = services_.parts.registry.jobs().version();
  if (version == jobs_) return;
  auto changed = services_.parts.registry.jobs().changedSince(std::exchange(jobs_, version));
  if (viewers.empty() || changed.empty()) return;
  auto text = shareItems(changed);
  for (const auto& viewer : viewers) viewer->offer(Topic::Jobs, text);
}

void Hub::offerLogs(Viewers viewers) {
  if (services_.parts.logs.recent().last() == logs_) return;
  auto read = services_.parts.logs.recent().after(logs_);
  logs_ = read.first + read.items.size() - 1;
  std::map<apitypes::LogLevel, SharedText> byLevel;  // null: nothing for them
  for (const auto& viewer : viewers) {
    if (!viewer->watches(Topic::Logs)) continue;
    auto level = viewer->level();
    auto [text, isNew] = byLevel.try_emplace(level);
    if (isNew) {
      auto lines = read.items;
      std::erase_if(lines, [level](const auto& line) { return !isLevel(line, level); });
      if (!lines.empty()) text->second = shareItems(lines);
    }
    if (text->second) viewer->offer(Topic::Logs, text->second);
  }
}

runtime::Task<std::vector<apitypes::UpstreamHealth>> Hub::upstreams() {
  auto self = shared_from_this();
  co_return co_await runtime::offload(services_.parts.blocking, [self] {
    std::lock_guard lock(self->mutex_);
    return self->upstreamsLocked();
  });
}

std::vector<apitypes::UpstreamHealth> Hub::upstreamsLocked() {
  using apitypes::UpstreamState;
  auto isOutage = [](UpstreamState state) {
    return state == UpstreamState::Recovering || state == UpstreamState::Down;
  };
  std::vector<apitypes::UpstreamHealth> all;
  for (const auto& status : services_.parts.registry.sync().upstreams()) {
    auto health = toApi(status);
    auto& known = upstreams_[health.host];
    bool goesOn = known.state == health.state || (isOutage(known.state) && isOutage(health.state));
    if (!goesOn) known.since = services_.parts.clock.now();
    if (health.state == UpstreamState::NeverContacted) known.since.reset();
    known.state = health.state;
    health.since = known.since;
    all.push_back(std::move(health));
  }
  return all;
}

void Hub::offerUpstreams(Viewers viewers) {
  std::vector<apitypes::UpstreamHealth> changed;
  for (auto& health : upstreamsLocked()) {
    auto text = apitypes::encode(health);
    auto& known = upstreams_[health.host].json;
    if (known == text) continue;
    known = std::move(text);
    changed.push_back(std::move(health));
  }
  if (viewers.empty() || changed.empty()) return;
  auto text = share(apitypes::LiveItems<apitypes::UpstreamHealth>{std::move(changed), {}});
  for (const auto& viewer : viewers) viewer->offer(Topic::Upstreams, text);
}

// Made by the tick that makes everything else, so that a daemon whose tick hangs is silent here too.
void Hub::beat(Viewers viewers) {
  if (viewers.empty()) return;
  apitypes::LiveMessage beat;
  beat.type = apitypes::LiveType::Heartbeat;
  beat.at = services_.parts.clock.now();
  beat.everyMs = static_cast<std::uint64_t>(kBeatEvery.count());
  auto text = std::make_shared<const http::WebSocketText>(apitypes::encode(beat));
  for (const auto& viewer : viewers) viewer->beat(text);
}

void Hub::resolve(Viewer& viewer, const std::shared_ptr<const PolicyState>& state) {
  auto before = viewer.rights();
  auto caller = admin::resolveAnew(services_, *state, before->caller);
  if (!caller) {
    viewer.end({kSessionOver, "The session has expired. Log in again."});
  } else if (before->state != state || before->caller.admin != caller->admin) {
    auto mayRead = admin::mayReadOf(state, *caller);
    viewer.become({state, std::move(*caller), std::move(mayRead)});
  }
}

void Hub::catchUp(Topic topic, std::weak_ptr<Viewer> viewer) {
  boost::asio::post(queue_, [self = shared_from_this(), topic, viewer = std::move(viewer)] {
    auto behind = viewer.lock();
    if (!behind) return;
    try {
      self->offerSnapshot(topic, *behind);
    } catch (const std::exception& e) {
      spdlog::error("live.snapshot_failed error=\"{}\"", e.what());
      behind->end({kInternalError, "Internal error."});
    }
  });
}

void Hub::offerSnapshot(Topic topic, Viewer& viewer) {
  std::lock_guard lock(mutex_);
  auto state = services_.policy.load();
  if (viewer.rights()->state != state) resolve(viewer, state);
  if (!viewer.waitsFor(topic)) return;
  bool sameForAll =
      topic == Topic::Metrics || topic == Topic::Upstreams || (viewer.rights()->caller.admin && topic != Topic::Logs);
  SharedText own;
  auto& text = sameForAll ? snapshots_[topic] : own;
  if (!text) text = makeSnapshot(topic, viewer);
  viewer.caughtUp(topic, text);
}

// As of the last tick: what came since is offered by the next one.
SharedText Hub::makeSnapshot(Topic topic, const Viewer& viewer) {
  auto rights = viewer.rights();
  auto mayRead = [&rights](const std::string& name) { return rights->sees(name); };
  auto before = [](std::uint64_t last) { return last > kSnapshotLines ? last - kSnapshotLines : 0; };
  switch (topic) {
    case Topic::Metrics:
      return share(historyOf(sampler_, apitypes::MetricsRange::TenMinutes));
    case Topic::Transfers:
      return share(newsFor({transfers_, {}}, mayRead));
    case Topic::Events: {
      auto read = services_.parts.events.recent().after(before(events_));
      keepUntil(read, events_);
      if (!rights->caller.admin) read.items = readable(std::move(read.items), mayRead);
      return shareItems(read.items);
    }
    case Topic::Jobs:
      return shareItems(services_.parts.registry.jobs().jobs());
    case Topic::Upstreams:
      return share(apitypes::LiveItems<apitypes::UpstreamHealth>{upstreamsLocked(), {}});
    case Topic::Logs:
    case Topic::Unknown:
      break;
  }
  auto read = services_.parts.logs.recent().after(0);
  keepUntil(read, logs_);
  auto& lines = read.items;
  std::erase_if(lines, [level = viewer.level()](const auto& line) { return !isLevel(line, level); });
  if (lines.size() > kSnapshotLines) lines.erase(lines.begin(), lines.end() - kSnapshotLines);
  return shareItems(lines);
}

}  // namespace larder::api::live
