// One who watches: what they have subscribed to, and what waits to be sent to them.
#pragma once

#include <array>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "admin/caller.hpp"
#include "live/hub.hpp"

namespace larder::api::live {

// What a viewer may see, by the policy of one moment. Immutable.
struct Rights {
  std::shared_ptr<const PolicyState> state;
  admin::Caller caller;
  registry::MayRead mayRead;

  bool sees(const std::string& repository) const { return caller.admin || mayRead(repository); }
};

// Thread-safe: the hub offers, the connection takes.
class Viewer final : public http::WebSocketSession, public std::enable_shared_from_this<Viewer> {
 public:
  // Messages that wait, and their bytes; when one more comes, the topic's are dropped and its state is sent anew.
  static constexpr std::size_t kMostWaiting = 64;
  static constexpr std::size_t kMostWaitingBytes = std::size_t{1} << 20;

  Viewer(std::shared_ptr<Hub> hub, Rights rights);

  // Keeps its place among all who watch. Before anybody else knows the viewer.
  void hold(runtime::AddressShares::Place place) { place_ = std::move(place); }

  std::shared_ptr<const Rights> rights() const;
  // Goes on with these. Topics that are lost are closed with the reason; of others that show different things now, the
  // state is sent anew.
  void become(Rights rights);
  bool watches(Topic topic) const;
  apitypes::LogLevel level() const;  // of the log: this and worse

  void offer(Topic topic, SharedText data);
  // Whether it still wants the state that it has asked for: the hub is about to make it.
  bool waitsFor(Topic topic);
  // Gives that state, unless the wish has changed meanwhile. By the hub, which offers nothing meanwhile.
  void caughtUp(Topic topic, SharedText state);
  // Says that the daemon is alive. Only the last one waits to be sent.
  void beat(SharedText message);
  void end(http::WebSocketClose why);

  std::optional<http::WebSocketMessage> take() override;
  std::optional<http::WebSocketClose> closing() override;
  runtime::Signal& changed() override { return changed_; }
  void received(std::string text) override;

 private:
  enum class Need : std::uint8_t { Nothing, Snapshot, Resync, Making };  // Making: the hub makes the state
  struct Subscription {
    bool on = false;
    Need need = Need::Nothing;
    bool asked = false;          // the hub for the state: once at a time, however often the peer subscribes
    std::uint64_t sequence = 0;  // of the next message
  };
  static constexpr auto kUsualLevel = apitypes::LogLevel::Info;
  struct Waiting {
    Topic topic;
    SharedText data;
    apitypes::LiveType type = apitypes::LiveType::Change;
  };

  Subscription& of(Topic topic) { return subscriptions_[static_cast<std::size_t>(topic)]; }
  const Subscription& of(Topic topic) const { return subscriptions_[static_cast<std::size_t>(topic)]; }
  bool isFull(const SharedText& another) const;
  void drop(Topic topic);
  http::WebSocketMessage numbered(apitypes::LiveType type, Topic topic, SharedText data);
  void refuse(Topic topic);
  void close(Topic topic);

  const std::shared_ptr<Hub> hub_;
  runtime::AddressShares::Place place_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Rights> rights_;
  std::array<Subscription, 7> subscriptions_;  // by topic
  apitypes::LogLevel level_ = kUsualLevel;
  std::deque<Waiting> waiting_;
  std::deque<std::string> notices_;  // refusals, and topics that were closed
  std::optional<std::string> pong_;  // to the last ping, without its last brace
  SharedText beat_;
  std::optional<http::WebSocketClose> close_;
  runtime::Signal changed_;
};

}  // namespace larder::api::live
