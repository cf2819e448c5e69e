#include "live/viewer.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "activity_json.hpp"

namespace larder::api::live {
namespace {

using nlohmann::json;

constexpr std::uint16_t kBadMessage = 4400;
constexpr std::size_t kMostRefusals = 16;
constexpr std::size_t kInfo = 2;

bool isForAdmins(Topic topic) {
  return topic == Topic::Jobs || topic == Topic::Logs;
}

struct Wish {
  bool subscribe = false;
  Topic topic = Topic::Metrics;
  std::optional<std::size_t> level;
};

// LiveSubscribe and LiveUnsubscribe of openapi.yaml.
std::optional<Wish> parseWish(const std::string& text) {
  auto message = json::parse(text, nullptr, false);
  if (!message.is_object() || !message.contains("type") || !message.contains("topic")) return std::nullopt;
  Wish wish;
  for (const auto& [key, value] : message.items()) {
    if (!value.is_string()) return std::nullopt;
    auto content = value.get<std::string>();
    if (key == "type") {
      if (content != "subscribe" && content != "unsubscribe") return std::nullopt;
      wish.subscribe = content == "subscribe";
    } else if (key == "topic") {
      auto topic = parseTopic(content);
      if (!topic) return std::nullopt;
      wish.topic = *topic;
    } else if (key == "level") {
      wish.level = logLevel(content);
      if (!wish.level) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return wish;
}

}  // namespace

Viewer::Viewer(std::shared_ptr<Hub> hub, admin::Caller caller, registry::MayRead mayRead)
    : hub_(std::move(hub)), caller_(std::move(caller)), mayRead_(std::move(mayRead)), level_(kInfo) {}

bool Viewer::watches(Topic topic) const {
  std::lock_guard lock(mutex_);
  return of(topic).on && of(topic).need == Need::Nothing;
}

std::size_t Viewer::level() const {
  std::lock_guard lock(mutex_);
  return level_;
}

void Viewer::offer(Topic topic, SharedText data) {
  {
    std::lock_guard lock(mutex_);
    auto& subscription = of(topic);
    // One that is to get the state gets this with it.
    if (!subscription.on || subscription.need != Need::Nothing) return;
    if (waiting_.size() >= kMostWaiting) {
      drop(topic);
      subscription.need = Need::Resync;
    } else {
      waiting_.push_back({topic, std::move(data)});
    }
  }
  changed_.notify();
}

void Viewer::drop(Topic topic) {
  std::erase_if(waiting_, [topic](const Waiting& one) { return one.topic == topic; });
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

http::WebSocketMessage Viewer::numbered(const char* type, Topic topic, SharedText data) {
  auto prefix = std::string("{\"type\":\"") + type + "\",\"topic\":\"" + toString(topic) +
                "\",\"seq\":" + std::to_string(of(topic).sequence++);
  return {std::move(prefix), std::move(data)};
}

std::optional<http::WebSocketMessage> Viewer::take() {
  static const auto kEnd = std::make_shared<const http::WebSocketText>("}");
  std::optional<Topic> behind;
  {
    std::lock_guard lock(mutex_);
    if (!refusals_.empty()) {
      http::WebSocketMessage message{std::move(refusals_.front()), kEnd};
      refusals_.pop_front();
      return message;
    }
    if (!waiting_.empty()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      return numbered("change", next.topic, std::move(next.data));
    }
    for (std::size_t i = 0; i < kTopics && !behind; ++i) {
      auto& subscription = subscriptions_[i];
      if (!subscription.on || subscription.need == Need::Nothing) continue;
      behind = static_cast<Topic>(i);
      if (std::exchange(subscription.need, Need::Snapshot) == Need::Resync) return numbered("resync", *behind, kEnd);
    }
  }
  if (!behind) return std::nullopt;
  auto state = hub_->snapshot(*behind, *this);
  std::lock_guard lock(mutex_);
  return numbered("snapshot", *behind, std::move(state));
}

void Viewer::caughtUp(Topic topic) {
  std::lock_guard lock(mutex_);
  of(topic).need = Need::Nothing;
}

void Viewer::received(std::string text) {
  auto wish = parseWish(text);
  if (!wish) {
    end({kBadMessage, "Send {\"type\":\"subscribe\",\"topic\":\"metrics\"} or an unsubscribe."});
    return;
  }
  {
    std::lock_guard lock(mutex_);
    if (wish->subscribe && isForAdmins(wish->topic) && !caller_.admin) {
      refuse(wish->topic);
    } else {
      drop(wish->topic);
      of(wish->topic).on = wish->subscribe;
      of(wish->topic).need = wish->subscribe ? Need::Snapshot : Need::Nothing;
      if (wish->topic == Topic::Logs) level_ = wish->level.value_or(kInfo);
    }
  }
  changed_.notify();
}

void Viewer::refuse(Topic topic) {
  if (refusals_.size() >= kMostRefusals) {
    if (!close_) close_ = http::WebSocketClose{kBadMessage, "Too many subscriptions were refused."};
    return;
  }
  // Without its last brace, which take() adds.
  refusals_.push_back(std::string("{\"type\":\"refusal\",\"topic\":\"") + toString(topic) +
                      "\",\"problem\":{\"type\":\"about:blank\",\"title\":\"Not allowed\",\"status\":403,"
                      "\"detail\":\"This is for admins.\"}");
}

}  // namespace larder::api::live
