#include "live/hub.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <unordered_map>
#include <utility>

#include "activity_json.hpp"
#include "larder/runtime/offload.hpp"
#include "live/series.hpp"
#include "live/viewer.hpp"
#include "services.hpp"

namespace larder::api::live {
namespace {

using Json = nlohmann::ordered_json;
using Viewers = std::span<const std::shared_ptr<Viewer>>;
using std::chrono::milliseconds;

constexpr milliseconds kSecond{1000};
constexpr milliseconds kWatchedTick{250};
constexpr milliseconds kCheckEvery{2000};
constexpr std::uint16_t kSessionOver = 4401;
constexpr std::size_t kSnapshotLines = 100;

constexpr std::array<const char*, kTopics> kNames{"metrics", "transfers", "events", "jobs", "logs"};

// The rest of a message after its number.
std::string rest(std::string_view data) {
  return std::string(",\"data\":").append(data).append("}");
}

SharedText share(std::string_view data) {
  return std::make_shared<const http::WebSocketText>(rest(data));
}

template <class Items>
Json itemsJson(const Items& items) {
  auto list = Json::array();
  for (const auto& item : items) list.push_back(toJson(item));
  return Json{{"items", std::move(list)}};
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Drops what came after the one with this number.
template <class Read>
void keepUntil(Read& read, std::uint64_t number) {
  auto kept = number >= read.first ? number - read.first + 1 : 0;
  if (kept < read.items.size()) read.items.resize(kept);
}

bool isLevel(const telemetry::LogLine& line, std::size_t least) {
  return logLevel(line.level).value_or(0) >= least;
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
std::optional<std::string> transferText(const TransferNews& news, MayRead mayRead) {
  auto items = Json::array();
  auto ended = Json::array();
  for (const auto& one : news.changed) {
    if (mayRead(one.repository)) items.push_back(toJson(one));
  }
  for (const auto& one : news.ended) {
    if (mayRead(one.repository)) ended.push_back(one.id);
  }
  if (items.empty() && ended.empty()) return std::nullopt;
  Json body{{"items", std::move(items)}};
  if (!ended.empty()) body["ended"] = std::move(ended);
  return dump(body);
}

template <class MayRead>
std::vector<telemetry::Event> readable(std::vector<telemetry::Event> events, MayRead mayRead) {
  std::erase_if(events, [&](const auto& event) { return event.repository.empty() || !mayRead(event.repository); });
  return events;
}

}  // namespace

const char* toString(Topic topic) {
  return kNames[static_cast<std::size_t>(topic)];
}

std::optional<Topic> parseTopic(std::string_view text) {
  for (std::size_t i = 0; i < kTopics; ++i) {
    if (kNames[i] == text) return static_cast<Topic>(i);
  }
  return std::nullopt;
}

Hub::Hub(Services& services) : services_(services), sampler_(chartSeries(services.parts.metrics)) {}
Hub::~Hub() = default;

void Hub::start(const runtime::Executor& io) {
  runtime::spawn(io, "live", run(shared_from_this()));
}

runtime::Task<> Hub::run(std::shared_ptr<Hub> self) {
  auto next = std::chrono::steady_clock::now();
  while (true) {
    try {
      co_await runtime::offload(self->services_.parts.blocking, [self] { self->tick(); });
    } catch (const std::exception& e) {
      spdlog::error("live.tick_failed error=\"{}\"", e.what());
    }
    bool watched = false;
    {
      std::lock_guard lock(self->mutex_);
      watched = !self->viewers_.empty();
    }
    next = std::max(next + (watched ? kWatchedTick : kSecond), std::chrono::steady_clock::now());
    co_await runtime::sleepUntil(next);
  }
}

bool Hub::add(const std::shared_ptr<Viewer>& viewer) {
  std::lock_guard lock(mutex_);
  std::erase_if(viewers_, [](const auto& one) { return one.expired(); });
  if (viewers_.size() >= kMostViewers) return false;
  viewers_.push_back(viewer);
  return true;
}

std::vector<std::shared_ptr<Viewer>> Hub::watching() {
  std::vector<std::shared_ptr<Viewer>> all;
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
  // A tick may come a little early, or late.
  if (!sampledAt_ || now - *sampledAt_ >= kSecond - kWatchedTick / 2) {
    sampledAt_ = now;
    auto values = sampler_.sample(services_.parts.clock.now(), now);
    if (!viewers.empty()) {
      auto text = share(sampleJson(sampler_, services_.parts.clock.now(), values));
      for (const auto& viewer : viewers) viewer->offer(Topic::Metrics, text);
    }
  }
  offerTransfers(viewers);
  offerEvents(viewers);
  offerJobs(viewers);
  offerLogs(viewers);
  if (!checkedAt_ || now - *checkedAt_ >= kCheckEvery) {
    checkedAt_ = now;
    endOverdue(viewers);
  }
}

void Hub::offerTransfers(Viewers viewers) {
  auto now = services_.parts.registry.transfers().transfers();
  auto before = std::exchange(transfers_, std::move(now));
  if (viewers.empty() || (before.empty() && transfers_.empty())) return;
  auto news = compare(before, transfers_);
  auto all = transferText(news, [](const std::string&) { return true; });
  if (!all) return;
  auto text = share(*all);
  for (const auto& viewer : viewers) {
    if (viewer->caller().admin) {
      viewer->offer(Topic::Transfers, text);
    } else if (viewer->watches(Topic::Transfers)) {
      auto some = transferText(news, [&](const std::string& name) { return viewer->mayRead(name); });
      if (some) viewer->offer(Topic::Transfers, share(*some));
    }
  }
}

void Hub::offerEvents(Viewers viewers) {
  auto read = services_.parts.events.recent().after(events_);
  if (read.items.empty()) return;
  events_ = read.first + read.items.size() - 1;
  if (viewers.empty()) return;
  auto text = share(dump(itemsJson(read.items)));
  for (const auto& viewer : viewers) {
    if (viewer->caller().admin) {
      viewer->offer(Topic::Events, text);
    } else if (viewer->watches(Topic::Events)) {
      auto some = readable(read.items, [&](const std::string& name) { return viewer->mayRead(name); });
      if (!some.empty()) viewer->offer(Topic::Events, share(dump(itemsJson(some))));
    }
  }
}

void Hub::offerJobs(Viewers viewers) {
  auto version = services_.parts.registry.jobs().version();
  if (version == jobs_) return;
  auto changed = services_.parts.registry.jobs().changedSince(std::exchange(jobs_, version));
  if (viewers.empty() || changed.empty()) return;
  auto text = share(dump(itemsJson(changed)));
  for (const auto& viewer : viewers) viewer->offer(Topic::Jobs, text);
}

void Hub::offerLogs(Viewers viewers) {
  if (services_.parts.logs.recent().last() == logs_) return;
  auto read = services_.parts.logs.recent().after(logs_);
  logs_ = read.first + read.items.size() - 1;
  std::array<std::optional<SharedText>, kLevels> byLevel;
  for (const auto& viewer : viewers) {
    if (!viewer->watches(Topic::Logs)) continue;
    auto level = viewer->level();
    auto& text = byLevel[level];
    if (!text) {
      auto lines = read.items;
      std::erase_if(lines, [level](const auto& line) { return !isLevel(line, level); });
      text = lines.empty() ? nullptr : share(dump(itemsJson(lines)));
    }
    if (*text) viewer->offer(Topic::Logs, *text);
  }
}

void Hub::endOverdue(Viewers viewers) {
  for (const auto& viewer : viewers) {
    if (!admin::isStillKnown(services_, viewer->caller())) {
      viewer->end({kSessionOver, "The session is over: log in again."});
    }
  }
}

SharedText Hub::snapshot(Topic topic, Viewer& viewer) {
  std::lock_guard lock(mutex_);
  viewer.caughtUp(topic);
  bool sameForAll = topic == Topic::Metrics || (viewer.caller().admin && topic != Topic::Logs);
  if (!sameForAll) return share(snapshotText(topic, viewer));
  auto& text = snapshots_[static_cast<std::size_t>(topic)];
  if (!text) text = share(snapshotText(topic, viewer));
  return text;
}

// As of the last tick: what came since is offered by the next one.
std::string Hub::snapshotText(Topic topic, const Viewer& viewer) const {
  auto mayRead = [&](const std::string& name) { return viewer.caller().admin || viewer.mayRead(name); };
  auto before = [](std::uint64_t last) { return last > kSnapshotLines ? last - kSnapshotLines : 0; };
  switch (topic) {
    case Topic::Metrics:
      return historyJson(sampler_, telemetry::Resolution::Second);
    case Topic::Transfers:
      return transferText({transfers_, {}}, mayRead).value_or(R"({"items":[]})");
    case Topic::Events: {
      auto read = services_.parts.events.recent().after(before(events_));
      keepUntil(read, events_);
      return dump(itemsJson(viewer.caller().admin ? read.items : readable(std::move(read.items), mayRead)));
    }
    case Topic::Jobs:
      return dump(itemsJson(services_.parts.registry.jobs().jobs()));
    case Topic::Logs:
      break;
  }
  auto read = services_.parts.logs.recent().after(0);
  keepUntil(read, logs_);
  auto& lines = read.items;
  std::erase_if(lines, [level = viewer.level()](const auto& line) { return !isLevel(line, level); });
  if (lines.size() > kSnapshotLines) lines.erase(lines.begin(), lines.end() - kSnapshotLines);
  return dump(itemsJson(lines));
}

}  // namespace larder::api::live
