// The one WebSocket of a daemon: subscribed topics, numbered messages, and coming back by itself.
//
// A gap in the numbers or the daemon's `resync` is healed by a new snapshot. Heartbeats come whatever else happens, so
// that a daemon that is frozen is told from one that has nothing to say; and a ping goes out as often, so that it knows
// the same of us. Messages are decoded on a worker, in their order. Lives on the GUI thread.
#pragma once

#include <QDateTime>
#include <QHash>
#include <QObject>
#include <QPointer>
#include <QThreadPool>
#include <QTimer>
#include <QWebSocket>
#include <chrono>
#include <functional>
#include <memory>

#include "console/client/endpoint.hpp"
#include "console/client/live_update.hpp"

namespace console::client {

// The waits of a LiveStream; tests shorten them.
struct LiveTiming {
  std::chrono::milliseconds look{500};
  std::chrono::milliseconds slack{300};  // what the network may take longer for one heartbeat than for another
  std::chrono::milliseconds giveUp{12'000};
  std::chrono::milliseconds handshake{5000};
  std::chrono::milliseconds firstWait{500};
  std::chrono::milliseconds longestWait{10'000};
  std::chrono::milliseconds beat{2000};  // until the daemon says how often it speaks at least
};

class LiveStream : public QObject {
  Q_OBJECT

 public:
  using Topic = larder::apitypes::LiveTopic;
  // Silent: the socket is there, and has said nothing for three beats.
  enum class State { Idle, Connecting, Open, Silent, Lost };
  Q_ENUM(State)

  // `cookie` is asked for at each connection.
  LiveStream(Endpoint endpoint, std::function<QByteArray()> cookie, QObject* parent = nullptr, LiveTiming timing = {});
  ~LiveStream() override;

  void start();
  void stop();
  // At once instead of after the wait.
  void reconnectNow();

  // Subscribes for as long as `user` lives. A topic that is subscribed to already brings its new user a snapshot too.
  void use(Topic topic, QObject* user);
  void setLogLevel(larder::apitypes::LogLevel level);

  State state() const { return state_; }
  bool isLost() const { return state_ == State::Silent || state_ == State::Lost; }
  // When the daemon last said something.
  QDateTime heardAt() const { return heardAt_; }
  // When the next try begins; not valid while one runs or none is needed.
  QDateTime nextTryAt() const { return nextTryAt_; }

 signals:
  void stateChanged();
  void received(const std::shared_ptr<const console::client::LiveUpdate>& update);
  // The caller may not subscribe to it, or has lost the right to.
  void refused(larder::apitypes::LiveTopic topic, const QString& reason);
  // The session has ended, or may have.
  void sessionEnded();
  // After a lost connection or a silence: what was read before may be old.
  void back();

 private:
  void connectSocket();
  void drop();
  void lose();
  void look();
  void enter(State state);
  void heard();
  void decodeLater(const QString& message);
  void take(const larder::apitypes::LiveMessage& message, const std::shared_ptr<const LiveUpdate>& update);
  void takeNumbered(const larder::apitypes::LiveMessage& message, const std::shared_ptr<const LiveUpdate>& update);
  void send(const larder::apitypes::LiveRequest& request);
  void subscribe(Topic topic);
  void unsubscribe(Topic topic);
  void release(Topic topic);

  Endpoint endpoint_;
  std::function<QByteArray()> cookie_;
  LiveTiming timing_;
  QPointer<QWebSocket> socket_;
  bool opened_ = false;
  quint64 generation_ = 0;  // of the socket: what was decoded of an older one is passed over
  bool wanted_ = false;
  State state_ = State::Idle;
  QHash<int, int> users_;
  QHash<int, quint64> expected_;
  larder::apitypes::LogLevel logLevel_ = larder::apitypes::LogLevel::Info;
  std::chrono::milliseconds beat_;
  std::chrono::milliseconds wait_;
  QDateTime heardAt_, connectedAt_, pingedAt_, nextTryAt_;
  QTimer watchdog_, retry_;
  QThreadPool decoder_;  // of one thread: messages stay in order
};

}  // namespace console::client
