#include "console/client/live_stream.hpp"

#include <QCoreApplication>
#include <QRandomGenerator>
#include <algorithm>

namespace console::client {
namespace {

namespace api = larder::apitypes;

constexpr int kSessionEnded = 4401;
constexpr quint64 kMostMessageBytes = 64 * 1024 * 1024;

}  // namespace

LiveStream::LiveStream(Endpoint endpoint, std::function<QByteArray()> cookie, QObject* parent, LiveTiming timing)
    : QObject(parent),
      endpoint_(std::move(endpoint)),
      cookie_(std::move(cookie)),
      timing_(timing),
      beat_(timing.beat),
      wait_(timing.firstWait) {
  decoder_.setMaxThreadCount(1);
  watchdog_.setInterval(timing_.look);
  connect(&watchdog_, &QTimer::timeout, this, &LiveStream::look);
  retry_.setSingleShot(true);
  connect(&retry_, &QTimer::timeout, this, &LiveStream::connectSocket);
}

LiveStream::~LiveStream() {
  drop();
  decoder_.waitForDone();
}

void LiveStream::start() {
  if (wanted_) return;
  wanted_ = true;
  wait_ = timing_.firstWait;
  watchdog_.start();
  connectSocket();
}

void LiveStream::stop() {
  wanted_ = false;
  retry_.stop();
  watchdog_.stop();
  drop();
  enter(State::Idle);
}

void LiveStream::reconnectNow() {
  if (!wanted_ || socket_) return;
  retry_.stop();
  connectSocket();
}

void LiveStream::use(Topic topic, QObject* user) {
  const int key = static_cast<int>(topic);
  const int count = users_.value(key);
  users_[key] = count + 1;
  // The new user needs a snapshot as well.
  if (count > 0) unsubscribe(topic);
  subscribe(topic);
  connect(user, &QObject::destroyed, this, [this, topic] { release(topic); });
}

void LiveStream::release(Topic topic) {
  const int key = static_cast<int>(topic);
  if (--users_[key] > 0) return;
  users_.remove(key);
  unsubscribe(topic);
}

void LiveStream::setLogLevel(api::LogLevel level) {
  if (logLevel_ == level) return;
  logLevel_ = level;
  if (!users_.contains(static_cast<int>(Topic::Logs))) return;
  unsubscribe(Topic::Logs);
  subscribe(Topic::Logs);
}

// Without waiting for the other side, which may never answer.
void LiveStream::drop() {
  ++generation_;
  opened_ = false;
  if (!socket_) return;
  auto* old = socket_.data();
  socket_.clear();
  old->disconnect(this);
  old->abort();
  old->deleteLater();
}

void LiveStream::lose() {
  drop();
  if (!wanted_) return;
  // Many consoles that lost one daemon at once do not come back at once.
  const auto wait = wait_ * (80 + QRandomGenerator::global()->bounded(40)) / 100;
  nextTryAt_ = QDateTime::currentDateTimeUtc().addMSecs(wait.count());
  retry_.start(wait);
  wait_ = std::min(timing_.longestWait, wait_ * 2);
  enter(State::Lost);
}

void LiveStream::enter(State state) {
  if (state_ == state && state != State::Lost) return;
  state_ = state;
  emit stateChanged();
}

void LiveStream::look() {
  if (!socket_) return;
  const auto now = QDateTime::currentDateTimeUtc();
  const auto since = [&now](const QDateTime& then) { return std::chrono::milliseconds(then.msecsTo(now)); };
  if (!opened_) {
    if (since(connectedAt_) > timing_.handshake) lose();
    return;
  }
  const auto silent = since(heardAt_);
  if (silent > timing_.giveUp) return lose();
  if (silent > 3 * beat_ + timing_.slack) enter(State::Silent);
  if (!pingedAt_.isValid() || since(pingedAt_) >= beat_) {
    pingedAt_ = now;
    send({.type = api::LiveType::Ping, .topic = {}, .level = {}, .id = {}});
  }
}

void LiveStream::connectSocket() {
  if (socket_) return;
  auto* socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
  socket_ = socket;
  opened_ = false;
  ++generation_;
  connectedAt_ = QDateTime::currentDateTimeUtc();
  nextTryAt_ = {};
  expected_.clear();
  socket->setMaxAllowedIncomingMessageSize(kMostMessageBytes);
  socket->setMaxAllowedIncomingFrameSize(kMostMessageBytes);
  connect(socket, &QWebSocket::sslErrors, this, [this, socket](const QList<QSslError>& faults) {
    if (endpoint_.forgives(faults)) socket->ignoreSslErrors(faults);
  });
  connect(socket, &QWebSocket::connected, this, [this] {
    opened_ = true;
    wait_ = timing_.firstWait;
    heard();
    for (auto topic : users_.keys()) subscribe(static_cast<Topic>(topic));
  });
  connect(socket, &QWebSocket::textMessageReceived, this, &LiveStream::decodeLater);
  connect(socket, &QWebSocket::disconnected, this, [this, socket] {
    // A refused handshake does not say why: it may be that the session is none any more.
    const bool ended = !opened_ || static_cast<int>(socket->closeCode()) == kSessionEnded;
    lose();
    if (ended) emit sessionEnded();
  });
  QNetworkRequest request(endpoint_.liveUrl());
  const auto cookie = cookie_();
  if (!cookie.isEmpty()) request.setRawHeader("Cookie", cookie);
  if (endpoint_.url.scheme() == "https") socket->setSslConfiguration(endpoint_.tls());
  if (!isLost()) enter(State::Connecting);
  socket->open(request);
}

void LiveStream::heard() {
  heardAt_ = QDateTime::currentDateTimeUtc();
  if (state_ == State::Open) return;
  const bool again = isLost();
  enter(State::Open);
  if (again) emit back();
}

void LiveStream::decodeLater(const QString& message) {
  heard();
  decoder_.start([this, message, generation = generation_] {
    const auto bytes = message.toUtf8();
    auto decoded = api::decode<api::LiveMessage>({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    std::shared_ptr<const LiveUpdate> update;
    std::shared_ptr<api::LiveMessage> head;
    if (decoded) {
      update = decodeUpdate(*decoded);
      decoded->data.reset();
      head = std::make_shared<api::LiveMessage>(std::move(*decoded));
    }
    QMetaObject::invokeMethod(
        this,
        [this, generation, head, update] {
          if (generation != generation_) return;
          // What is no message of a daemon is not waited for any longer.
          if (!head) return lose();
          take(*head, update);
        },
        Qt::QueuedConnection);
  });
}

void LiveStream::take(const api::LiveMessage& message, const std::shared_ptr<const LiveUpdate>& update) {
  switch (message.type) {
    case api::LiveType::Heartbeat:
      if (message.everyMs) beat_ = std::chrono::milliseconds(std::clamp<quint64>(*message.everyMs, 10, 60'000));
      return;
    case api::LiveType::Snapshot:
    case api::LiveType::Change:
    case api::LiveType::Resync:
      return takeNumbered(message, update);
    case api::LiveType::Refusal:
    case api::LiveType::Closed:
      if (!message.topic) return;
      expected_.remove(static_cast<int>(*message.topic));
      emit refused(*message.topic,
                   message.problem ? QString::fromStdString(message.problem->detail) : tr("The daemon refused it."));
      // What this console may do has changed.
      if (message.type == api::LiveType::Closed) emit sessionEnded();
      return;
    default:
      return;  // a pong, or a message of a newer daemon
  }
}

void LiveStream::takeNumbered(const api::LiveMessage& message, const std::shared_ptr<const LiveUpdate>& update) {
  if (!message.topic || !message.seq) return;
  const auto topic = *message.topic;
  const int key = static_cast<int>(topic);
  if (!users_.contains(key)) return;
  if (message.type == api::LiveType::Snapshot) {
    expected_[key] = *message.seq + 1;
    if (update) emit received(update);
    return;
  }
  if (!expected_.contains(key)) return;  // a new snapshot is on its way
  if (message.type == api::LiveType::Resync) {
    expected_.remove(key);
  } else if (*message.seq != expected_[key] || !update) {
    unsubscribe(topic);
    subscribe(topic);
  } else {
    ++expected_[key];
    emit received(update);
  }
}

void LiveStream::send(const api::LiveRequest& request) {
  if (socket_ && opened_) socket_->sendTextMessage(QString::fromStdString(api::encode(request)));
}

void LiveStream::subscribe(Topic topic) {
  api::LiveRequest request;
  request.type = api::LiveType::Subscribe;
  request.topic = topic;
  if (topic == Topic::Logs) request.level = logLevel_;
  send(request);
}

void LiveStream::unsubscribe(Topic topic) {
  expected_.remove(static_cast<int>(topic));
  api::LiveRequest request;
  request.type = api::LiveType::Unsubscribe;
  request.topic = topic;
  send(request);
}

}  // namespace console::client
