#include "live/viewer.hpp"

#include <utility>

#include "admin/problem.hpp"
#include "larder/core/json.hpp"

namespace larder::api::live {
namespace {

using apitypes::LiveType;

constexpr std::uint16_t kBadMessage = 4400;
constexpr std::size_t kMostRefusals = 16;
constexpr std::size_t kMostPingId = 64;
constexpr core::JsonLimits kRequestLimits{.bytes = 4096, .depth = 4, .values = 32};

bool isForAdmins(Topic topic) {
  return topic == Topic::Jobs || topic == Topic::Logs;
}

// What /metrics and the configuration tell.
bool hasFigures(Topic topic) {
  return topic == Topic::Metrics || topic == Topic::Upstreams;
}

bool mayWatch(Topic topic, const admin::Caller& caller) {
  return caller.admin || !(isForAdmins(topic) || (hasFigures(topic) && !caller.seesFigures));
}

// Readers get the part of it that is about what they may read.
bool differsByReader(Topic topic) {
  return topic == Topic::Transfers || topic == Topic::Events;
}

std::optional<apitypes::LiveRequest> parseRequest(const std::string& text) {
  auto json = core::parseOrderedJson(text, kRequestLimits);
  if (!json) return std::nullopt;
  std::vector<apitypes::InputError> faults;
  auto request = apitypes::decode<apitypes::LiveRequest>(*json, faults);
  bool isWish = (request.type == LiveType::Subscribe || request.type == LiveType::Unsubscribe) && request.topic;
  bool isPing = request.type == LiveType::Ping && request.id.value_or("").size() <= kMostPingId;
  return faults.empty() && (isWish || isPing) ? std::optional(request) : std::nullopt;
}

// Without its last brace, so that more can follow.
std::string begun(const apitypes::LiveMessage& message) {
  auto text = apitypes::encode(message);
  text.pop_back();
  return text;
}

}  // namespace

Viewer::Viewer(std::shared_ptr<Hub> hub, Rights rights)
    : hub_(std::move(hub)), rights_(std::make_shared<const Rights>(std::move(rights))) {}

std::shared_ptr<const Rights> Viewer::rights() const {
  std::lock_guard lock(mutex_);
  return rights_;
}

void Viewer::become(Rights rights) {
  auto next = std::make_shared<const Rights>(std::move(rights));
  {
    std::lock_guard lock(mutex_);
    bool was = std::exchange(rights_, next)->caller.admin;
    bool is = next->caller.admin;
    for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
      auto topic = static_cast<Topic>(i);
      if (!of(topic).on) continue;
      if (!mayWatch(topic, next->caller)) {
        close(topic);
      } else if (differsByReader(topic) && !(was && is)) {
        drop(topic);
        if (of(topic).need == Need::Nothing) of(topic).need = Need::Resync;
      }
    }
  }
  changed_.notify();
}

void Viewer::close(Topic topic) {
  drop(topic);
  of(topic).on = false;
  of(topic).need = Need::Nothing;
  apitypes::LiveMessage closed;
  closed.type = LiveType::Closed;
  closed.topic = topic;
  closed.problem = admin::problemOf(403, isForAdmins(topic) ? "This topic needs admin rights, which you no longer have."
                                                            : "This topic needs permission to read metrics.");
  notices_.push_back(begun(closed));
}

bool Viewer::watches(Topic topic) const {
  std::lock_guard lock(mutex_);
  return of(topic).on && of(topic).need == Need::Nothing;
}

apitypes::LogLevel Viewer::level() const {
  std::lock_guard lock(mutex_);
  return level_;
}

void Viewer::offer(Topic topic, SharedText data) {
  {
    std::lock_guard lock(mutex_);
    auto& subscription = of(topic);
    // One that is to get the state gets this with it.
    if (!subscription.on || subscription.need != Need::Nothing) return;
    if (isFull(data)) {
      drop(topic);
      subscription.need = Need::Resync;
    } else {
      waiting_.push_back({topic, std::move(data)});
    }
  }
  changed_.notify();
}

bool Viewer::isFull(const SharedText& another) const {
  if (waiting_.empty()) return false;
  auto bytes = another->plain().size();
  for (const auto& one : waiting_) {
    // A state may be large, and is one for each topic.
    if (one.type == LiveType::Change) bytes += one.data->plain().size();
  }
  return waiting_.size() >= kMostWaiting || bytes > kMostWaitingBytes;
}

void Viewer::drop(Topic topic) {
  std::erase_if(waiting_, [topic](const Waiting& one) { return one.topic == topic; });
}

void Viewer::beat(SharedText message) {
  {
    std::lock_guard lock(mutex_);
    beat_ = std::move(message);
  }
  changed_.notify();
}

void Viewer::end(http::WebSocketClose why) {
  {
    std::lock_guard lock(mutex_);
    if (!close_) close_ = std::move(why);
  }
  changed_.notify();
}

std::optional<http::WebSocketClose> Viewer::closing() {
  std::lock_guard lock(mutex_);
  return close_;
}

http::WebSocketMessage Viewer::numbered(LiveType type, Topic topic, SharedText data) {
  apitypes::LiveMessage head;
  head.type = type;
  head.topic = topic;
  head.seq = of(topic).sequence++;
  return {begun(head), std::move(data)};
}

std::optional<http::WebSocketMessage> Viewer::take() {
  static const auto kEnd = std::make_shared<const http::WebSocketText>("}");
  std::optional<Topic> behind;
  {
    std::lock_guard lock(mutex_);
    if (!notices_.empty()) {
      http::WebSocketMessage message{std::move(notices_.front()), kEnd};
      notices_.pop_front();
      return message;
    }
    if (auto pong = std::exchange(pong_, {})) return http::WebSocketMessage{std::move(*pong), kEnd};
    if (auto beat = std::exchange(beat_, nullptr)) return http::WebSocketMessage{{}, std::move(beat)};
    if (!waiting_.empty()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      return numbered(next.type, next.topic, std::move(next.data));
    }
    for (std::size_t i = 0; i < subscriptions_.size() && !behind; ++i) {
      auto& subscription = subscriptions_[i];
      auto topic = static_cast<Topic>(i);
      if (!subscription.on) continue;
      if (subscription.need == Need::Resync) {
        subscription.need = Need::Snapshot;
        return numbered(LiveType::Resync, topic, kEnd);
      }
      if (subscription.need == Need::Snapshot && !std::exchange(subscription.asked, true)) behind = topic;
    }
  }
  if (!behind) return std::nullopt;
  hub_->catchUp(*behind, weak_from_this());
  return take();
}

bool Viewer::waitsFor(Topic topic) {
  std::lock_guard lock(mutex_);
  auto& subscription = of(topic);
  // It has closed the topic meanwhile, or is to be told first that what it has is not good any more.
  bool waits = subscription.on && subscription.need == Need::Snapshot;
  if (waits) subscription.need = Need::Making;
  subscription.asked = waits;
  return waits;
}

void Viewer::caughtUp(Topic topic, SharedText state) {
  {
    std::lock_guard lock(mutex_);
    auto& subscription = of(topic);
    subscription.asked = false;
    // Else it has subscribed anew, to another level for one, and asks again.
    if (subscription.on && subscription.need == Need::Making) {
      subscription.need = Need::Nothing;
      waiting_.push_back({topic, std::move(state), LiveType::Snapshot});
    }
  }
  changed_.notify();
}

void Viewer::received(std::string text) {
  auto request = parseRequest(text);
  if (!request) {
    end({kBadMessage,
         "Unknown message. Send subscribe, unsubscribe or ping, for example "
         "{\"type\":\"subscribe\",\"topic\":\"metrics\"}."});
    return;
  }
  if (request->type == LiveType::Ping) {
    apitypes::LiveMessage pong;
    pong.type = LiveType::Pong;
    pong.id = request->id;
    pong.at = std::chrono::system_clock::now();
    {
      std::lock_guard lock(mutex_);
      pong_ = begun(pong);
    }
    return changed_.notify();
  }
  auto topic = *request->topic;
  bool subscribes = request->type == LiveType::Subscribe;
  {
    std::lock_guard lock(mutex_);
    if (subscribes && !mayWatch(topic, rights_->caller)) {
      refuse(topic);
    } else {
      drop(topic);
      of(topic).on = subscribes;
      of(topic).need = subscribes ? Need::Snapshot : Need::Nothing;
      if (topic == Topic::Logs) level_ = request->level.value_or(kUsualLevel);
    }
  }
  changed_.notify();
}

void Viewer::refuse(Topic topic) {
  if (notices_.size() >= kMostRefusals) {
    if (!close_) close_ = http::WebSocketClose{kBadMessage, "Too many subscriptions were refused."};
    return;
  }
  apitypes::LiveMessage refusal;
  refusal.type = LiveType::Refusal;
  refusal.topic = topic;
  refusal.problem = admin::problemOf(
      403, isForAdmins(topic) ? "This topic needs admin rights." : "This topic needs permission to read metrics.");
  notices_.push_back(begun(refusal));
}

}  // namespace larder::api::live
