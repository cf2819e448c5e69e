#include "console/client/connection.hpp"

#include <algorithm>
#include <utility>

namespace console::client {
namespace {

namespace api = larder::apitypes;

constexpr std::chrono::milliseconds kStatusEvery{5000};
constexpr std::chrono::milliseconds kFirstContactEvery{2000};
// Several changes in a row are read again once.
constexpr std::chrono::milliseconds kRefreshAfter{100};

}  // namespace

Connection::Connection(Endpoint endpoint, Login login, bool readOnly, QObject* parent, LiveTiming timing)
    : QObject(parent),
      api_(endpoint),
      live_(
          std::move(endpoint), [this] { return api_.cookieHeader(); }, nullptr, timing),
      login_(std::move(login)),
      readOnly_(readOnly) {
  if (readOnly) api_.refuseChanges();
  connect(&timer_, &QTimer::timeout, this, &Connection::tick);
  refreshSoon_.setSingleShot(true);
  refreshSoon_.setInterval(kRefreshAfter);
  connect(&refreshSoon_, &QTimer::timeout, this, &Connection::refresh);
  connect(&api_, &ApiClient::changed, &refreshSoon_, qOverload<>(&QTimer::start));
  connect(&api_, &ApiClient::unauthorized, this, [this] {
    if (session_ && session_->user && !ended_) readSession();
  });
  connect(&live_, &LiveStream::sessionEnded, this, &Connection::readSession);
  connect(&live_, &LiveStream::back, this, [this] {
    readSession();
    emit refresh();
  });
}

void Connection::start() {
  timer_.start(kFirstContactEvery);
  tick();
}

void Connection::tick() {
  if (!session_) return readSession();
  if (!ended_) readStatus();
}

bool Connection::hasCapability(std::string_view name) const {
  // An older daemon does not say.
  if (!status_ || !status_->capabilities) return true;
  return std::ranges::find(*status_->capabilities, name) != status_->capabilities->end();
}

void Connection::failed(const Failure& failure) {
  trouble_ = failure.message();
  emit statusChanged();
}

void Connection::readSession() {
  if (reading_) return;
  reading_ = true;
  api_.send<api::Session>(get("/session"), this, [this](Outcome<api::Session> outcome) {
    reading_ = false;
    if (!outcome) return failed(outcome.error());
    auto& who = outcome->value;
    const bool lost = session_ && session_->user && !who.user;
    if (!who.user && !login_.isEmpty() && !loginTried_) {
      loginTried_ = true;
      return begin(login_, this, [this, lost](std::optional<Failure> failure) {
        if (!failure) return;
        failed(*failure);
        if (failure->offline()) {
          loginTried_ = false;
        } else {
          loginFailure_ = tr("The login failed: %1").arg(failure->message());
          ended_ = lost;
          emit loginNeeded(lost);
        }
      });
    }
    if (lost) {
      ended_ = true;
      live_.stop();
      emit loginNeeded(true);
      return;
    }
    takeSession(std::move(who));
  });
}

void Connection::takeSession(api::Session session) {
  const bool needsLogin = !session.mayRead && session.loginPossible;
  api_.setCsrfToken(session.csrfToken ? QByteArray::fromStdString(*session.csrfToken) : QByteArray());
  ended_ = false;
  if (session.user) {
    loginTried_ = false;
    loginFailure_.clear();
  }
  session_ = std::move(session);
  timer_.setInterval(kStatusEvery);
  trouble_.clear();
  emit sessionChanged();
  if (session_->mayRead) live_.start();
  readStatus();
  if (needsLogin) emit loginNeeded(false);
}

void Connection::readStatus() {
  api_.send<api::Status>(get("/status").within(kStatusEvery), this, [this](Outcome<api::Status> outcome) {
    if (!outcome) return failed(outcome.error());
    takeStatus(std::move(outcome->value));
  });
}

void Connection::takeStatus(api::Status status) {
  // Somebody else has saved something, or a file was changed.
  if (status_ && status_->config && status.config && status_->config->revision != status.config->revision) {
    refreshSoon_.start();
  }
  status_ = std::move(status);
  statusAt_ = QDateTime::currentDateTimeUtc();
  trouble_.clear();
  emit statusChanged();
}

void Connection::begin(const Login& login, QObject* owner, std::function<void(std::optional<Failure>)> done) {
  api::LogIn body;
  if (!login.token.isEmpty()) {
    body.token = utf8(login.token);
  } else {
    body.user = utf8(login.user);
    body.password = utf8(login.password);
  }
  auto request = post("/session", body);
  request.asks = true;
  api_.send<api::Session>(request, owner, [this, done = std::move(done)](Outcome<api::Session> outcome) {
    if (!outcome) return done(std::move(outcome.error()));
    const bool again = session_.has_value();
    takeSession(std::move(outcome->value));
    done(std::nullopt);
    if (again) emit refresh();
  });
}

void Connection::logIn(const QString& user, const QString& password, QObject* owner,
                       std::function<void(std::optional<Failure>)> done) {
  begin({.user = user, .password = password, .token = {}}, owner,
        [this, user, password, done = std::move(done)](std::optional<Failure> failure) {
          if (!failure) login_ = {.user = user, .password = password, .token = {}};
          done(std::move(failure));
        });
}

void Connection::logOut() {
  login_ = {};
  loginFailure_.clear();
  auto request = remove("/session");
  request.asks = true;
  api_.send<Nothing>(request, this, [this](const Outcome<Nothing>&) {
    live_.stop();
    api_.forgetSession();
    session_.reset();
    readSession();
  });
}

}  // namespace console::client
