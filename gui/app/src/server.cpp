#include "server.hpp"

#include "console/client/text.hpp"

namespace console::app {
namespace {

namespace api = larder::apitypes;
using client::Connection;
using client::LiveStream;

}  // namespace

Server::Server(desktop::Profile profile, const QString& password, QObject* parent)
    : QObject(parent),
      profile_(std::move(profile)),
      forward_(profile_.forward.isSet() ? std::make_unique<desktop::PortForward>(profile_.forward) : nullptr),
      connection_(std::make_unique<Connection>(profile_.endpoint(forward_ ? forward_->port() : quint16{0}),
                                               client::Login{.user = profile_.user, .password = password, .token = {}},
                                               profile_.readOnly)),
      pages_(new QStackedWidget),
      veil_(new widgets::Veil(pages_)),
      search_(new Search(*connection_, *this)) {
  auto* connection = connection_.get();
  connection->setObjectName(profile_.name);
  connect(connection, &Connection::sessionChanged, this, [this] {
    wantsLogin_ = false;
    if (shown_.isEmpty() && !entries().empty()) shown_ = entries().front()->key;
    emit sessionChanged();
    emit stateChanged();
  });
  connect(connection, &Connection::statusChanged, this, &Server::stateChanged);
  connect(connection, &Connection::loginNeeded, this, [this](bool ended) {
    wantsLogin_ = true;
    loginEnded_ = ended;
    emit stateChanged();
    emit loginNeeded();
  });
  connect(connection, &Connection::refresh, this, &Server::refresh);
  connect(&connection->live(), &LiveStream::stateChanged, this, [this] {
    showStale();
    emit stateChanged();
  });
  // Failed jobs and lost quotas are events.
  connection->live().use(api::LiveTopic::Events, connection);
  connect(&connection->live(), &LiveStream::received, this, &Server::noticeEvents);
  if (forward_) {
    connect(forward_.get(), &desktop::PortForward::stateChanged, this, [this] {
      if (forward_->state() == desktop::PortForward::State::Running && connection_->session()) {
        connection_->live().reconnectNow();
      }
      emit stateChanged();
    });
    forward_->start();
  }
  connection->start();
}

QString Server::trouble() const {
  // What kubectl says is why nothing listens at this end.
  return forward_ && !forward_->trouble().isEmpty() ? forward_->trouble() : connection_->trouble();
}

Server::~Server() {
  connection_->disconnect(this);
  connection_->live().disconnect(this);
  // Screens speak to the connection as long as they live.
  delete pages_;
}

std::vector<const ScreenEntry*> Server::entries() const {
  std::vector<const ScreenEntry*> entries;
  const auto& session = connection_->session();
  if (!session || !session->mayRead) return entries;
  for (const auto& entry : kScreens) {
    if (!entry.adminOnly || connection_->isAdmin()) entries.push_back(&entry);
  }
  return entries;
}

void Server::open(const QString& key, const QUrlQuery& query) {
  const auto all = entries();
  const auto entry = std::ranges::find(all, key, [](const ScreenEntry* one) { return QString(one->key); });
  if (entry == all.end()) return;
  if (!screens_.contains(key)) {
    auto* screen = (*entry)->make({*connection_, *this});
    screens_.insert(key, screen);
    pages_->addWidget(screen);
  }
  pages_->setCurrentWidget(screens_.value(key));
  veil_->raise();  // a stack raises what it shows
  shown_ = key;
  emit screenShown();
  if (!query.isEmpty()) screens_.value(key)->show(query);
}

void Server::refresh() {
  for (auto* screen : screens_) screen->refresh();
}

QStringList Server::unsaved() const {
  QStringList unsaved;
  for (const auto* screen : screens_) {
    if (const auto what = screen->unsaved(); !what.isEmpty()) unsaved << what;
  }
  return unsaved;
}

void Server::say(const QString& text, models::Tone tone, std::function<void()> undo) {
  emit said(text, tone, undo);
}

void Server::confirm(const QString& title, const QString& text, const QString& verb, std::function<void()> yes) {
  emit asking(title, text, verb, yes);
}

void Server::noticeEvents(const std::shared_ptr<const client::LiveUpdate>& update) {
  const auto* events = std::get_if<api::LiveItems<api::Event>>(&update->data);
  // A snapshot is what has been before.
  if (!events || update->snapshot) return;
  for (const auto& one : events->items) {
    if (one.severity == api::Severity::Error) emit happened(client::text(one.message), models::Tone::Bad);
  }
}

// What is shown is old while the connection is lost; it stays, and says so.
void Server::showStale() {
  veil_->setVisible(connection_->isLost());
}

}  // namespace console::app
