// The servers of the window: which one is shown, how it does, and going from one to another.
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QStackedWidget>
#include <QTableView>
#include <algorithm>

#include "console/app/main_window.hpp"
#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/theme.hpp"
#include "fleet.hpp"
#include "login_dialog.hpp"
#include "notices.hpp"
#include "servers.hpp"

namespace console::app {
namespace {

using client::LiveStream;
using models::Tone;

constexpr int kMostPills = 3;

}  // namespace

void MainWindow::connectTo(const desktop::Profile& profile, const QString& password) {
  const auto* server = servers_->find(profile.name);
  if (server && (server->profile() != profile || !password.isEmpty())) {
    return disconnectFrom(profile.name, [this, profile, password] { connectTo(profile, password); });
  }
  servers_->connectTo(profile, password, [this](Server& one) { bring(one); });
}

void MainWindow::disconnectFrom(const QString& name, std::function<void()> then) {
  const auto* server = servers_->find(name);
  if (!server) return;
  const auto act = [this, name, then = std::move(then)] {
    servers_->disconnectFrom(name);
    if (then) then();
  };
  const auto unsaved = server->unsaved();
  if (unsaved.isEmpty()) return act();
  widgets::confirm(this, tr("Leave with unsaved changes?"), unsaved.join('\n'), tr("Leave"), act);
}

// From now on the window says what happens at this server.
void MainWindow::watch(Server& server) {
  stack_->addWidget(server.pages());
  auto* one = &server;
  const auto isShown = [this, one] { return shown() == one; };
  connect(one, &Server::sessionChanged, this, [this, isShown] {
    if (!isShown()) return;
    fillNavigation();
    openPending();
  });
  connect(one, &Server::stateChanged, this, [this, one, isShown] {
    if (const auto& status = one->connection().status()) {
      notices_->show(one->profile().name, models::serverState(*status));
    }
    if (isShown()) showState();
  });
  connect(one, &Server::loginNeeded, this, [this, isShown] {
    if (isShown()) askLogin();
  });
  connect(one, &Server::screenShown, this, [this, isShown] {
    if (isShown()) fillNavigation();
  });
  connect(one, &Server::happened, this,
          [this, one](const QString& text, Tone tone) { notices_->happened(one->profile().name + ": " + text, tone); });
  connect(one, &Server::said, this,
          [this, one, isShown](const QString& text, Tone tone, const std::function<void()>& undo) {
            say(isShown() ? text : one->profile().name + ": " + text, tone, undo);
          });
  connect(
      one, &Server::asking, this,
      [this, one](const QString& title, const QString& text, const QString& verb, const std::function<void()>& yes) {
        const auto& profile = one->profile();
        // The screen may be gone when it is answered.
        const auto act = [server = QPointer(one), yes] {
          if (server) yes();
        };
        if (profile.production) {
          widgets::confirmTyped(this, title, text, profile.name, verb, act);
        } else {
          widgets::confirm(this, title, text, verb, act);
        }
      });
  fillPicker();
}

Server* MainWindow::shown() const {
  return servers_->find(shown_);
}

client::Connection* MainWindow::connection() const {
  return shown() ? &shown()->connection() : nullptr;
}

screens::Screen* MainWindow::screen(const QString& key) const {
  return shown() ? shown()->screen(key) : nullptr;
}

void MainWindow::bring(Server& server) {
  shown_ = server.profile().name;
  profiles_.setLastUsed(shown_);
  showPage(server.pages());
  openPending();
  if (server.wantsLogin()) askLogin();
}

void MainWindow::showFleet(bool connectAll) {
  showPage(fleet_);
  if (connectAll) fleet_->connectAll();
}

void MainWindow::showPage(QWidget* page) {
  if (!shown() || page != shown()->pages()) shown_.clear();
  stack_->setCurrentWidget(page);
  navigation_->setVisible(!shown_.isEmpty());
  fillPicker();
  fillNavigation();
  showState();
}

// Through the servers that are connected, in the order of the picker.
void MainWindow::showNext(int step) {
  for (int at = picker_->currentIndex() + step; at > 0 && at < picker_->count(); at += step) {
    if (auto* server = servers_->find(picker_->itemData(at).toString())) return bring(*server);
  }
}

void MainWindow::fillPicker() {
  picker_->clear();
  picker_->addItem(tr("All servers"), QString());
  const auto size = picker_->iconSize();
  const auto add = [&](const QString& name, const QString& group) {
    QIcon swatch;
    if (const int color = profiles_.colorOf(group); color >= 0) {
      QPixmap pixmap(size);
      pixmap.fill(widgets::seriesColor(color, palette()));
      swatch = pixmap;
    }
    picker_->addItem(swatch, name, name);
  };
  for (const auto& one : profiles_.all()) add(one.name, one.group);
  for (const auto& one : servers_->all()) {
    if (!profiles_.find(one->profile().name)) add(one->profile().name, {});
  }
  picker_->setCurrentIndex(std::max(0, picker_->findData(shown_)));
  picker_->setVisible(picker_->count() > 1);
}

void MainWindow::fillNavigation() {
  const QSignalBlocker quiet(navigation_);
  navigation_->clear();
  auto* server = shown();
  if (!server) return;
  for (const auto* entry : server->entries()) {
    auto* item = new QListWidgetItem(widgets::icon(entry->key, palette()), entry->name(), navigation_);
    item->setData(Qt::UserRole, QString(entry->key));
    item->setSizeHint(QSize(0, fontMetrics().height() + 14));
    if (server->shown() == entry->key) navigation_->setCurrentItem(item);
  }
  // The one that was shown may be for admins alone, and the user no longer is one.
  if (!navigation_->currentItem()) navigation_->setCurrentRow(0);
  auto* item = navigation_->currentItem();
  if (!item) return;
  const auto key = item->data(Qt::UserRole).toString();
  if (key != server->shown() || !server->screen(key)) showItem(item);
}

void MainWindow::showItem(QListWidgetItem* item) {
  if (item && shown()) shown()->open(item->data(Qt::UserRole).toString(), {});
}

void MainWindow::open(const QString& key, const QUrlQuery& query) {
  if (!shown()) return;
  shown()->open(key, query);
  enterScreen();
}

// The keyboard goes to the screen: to where it was there, else to its first table, else to the first that takes it.
void MainWindow::enterScreen() {
  auto* page = shown() ? shown()->screen(shown()->shown()) : nullptr;
  if (!page) return;
  auto* to = page->focusWidget();
  if (!to || !to->isVisibleTo(page)) {
    const auto tables = page->findChildren<QTableView*>();
    const auto found = std::ranges::find_if(tables, [page](const auto* one) { return one->isVisibleTo(page); });
    to = found == tables.end() ? nullptr : *found;
  }
  for (auto* next = page->nextInFocusChain(); !to && next != page; next = next->nextInFocusChain()) {
    const bool takes = (next->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && next->isEnabled();
    if (takes && page->isAncestorOf(next) && next->isVisibleTo(page)) to = next;
  }
  if (to) to->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::findHere() {
  const auto* page = stack_->currentWidget();
  for (auto* search : page->findChildren<QLineEdit*>(widgets::kSearchBox)) {
    if (!search->isVisible()) continue;
    search->setFocus(Qt::ShortcutFocusReason);
    search->selectAll();
    return;
  }
}

QStringList MainWindow::screenKeys() const {
  QStringList keys;
  for (int row = 0; row < navigation_->count(); ++row) keys << navigation_->item(row)->data(Qt::UserRole).toString();
  return keys;
}

void MainWindow::showState() {
  showPills();
  showLive();
  auto* server = shown();
  setWindowTitle(server ? tr("%1 – Larder").arg(server->profile().name) : QStringLiteral("Larder"));
  trouble_->clear();
  server_->clear();
  user_->clear();
  if (!server) return;
  auto& connection = server->connection();
  if (const auto trouble = server->trouble(); !trouble.isEmpty()) {
    trouble_->say(trouble, Tone::Bad);
    trouble_->offer(tr("Connections…"), [this] { showConnections(); });
  } else if (!connection.session()) {
    trouble_->say(tr("Connecting to %1…").arg(server->profile().url), Tone::Info);
  }
  if (const auto& session = connection.session()) {
    user_->setText(session->user ? client::text(*session->user) : tr("not logged in"));
  }
  const auto& status = connection.status();
  if (status && client::text(status->name) != server->profile().name) server_->setText(client::text(status->name));
}

void MainWindow::showPills() {
  auto* layout = pills_->layout();
  while (auto* item = layout->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  if (!shown()) return;
  // What an anonymous user may see is not what was asked for.
  if (!connection()->loginFailure().isEmpty()) {
    layout->addWidget(new widgets::Pill(tr("login failed"), Tone::Bad));
    return;
  }
  if (connection()->session() && !connection()->mayChange()) {
    layout->addWidget(new widgets::Pill(tr("read-only"), Tone::Info));
  }
  if (!connection()->status()) return;
  int count = 0;
  for (const auto& phrase : models::serverState(*connection()->status())) {
    if (count++ == kMostPills) break;
    auto* pill = new widgets::Pill(phrase.text, phrase.tone);
    if (!phrase.screen.isEmpty()) {
      pill->setClickable(true);
      connect(pill, &widgets::Pill::clicked, this, [this, key = phrase.screen] { open(key, {}); });
    }
    layout->addWidget(pill);
  }
}

void MainWindow::showLive() {
  if (!shown()) {
    live_->set({}, Tone::Unknown);
    age_->clear();
    return;
  }
  auto& live = connection()->live();
  const auto heard = live.heardAt().toLocalTime();
  switch (live.state()) {
    case LiveStream::State::Idle:
      live_->set(tr("not connected"), Tone::Unknown);
      break;
    case LiveStream::State::Connecting:
      live_->set(tr("connecting"), Tone::Info);
      break;
    case LiveStream::State::Open:
      live_->set(tr("live"), Tone::Good);
      break;
    case LiveStream::State::Silent:
      live_->set(tr("silent since %1").arg(models::clock(heard)), Tone::Bad);
      break;
    case LiveStream::State::Lost:
      live_->set(heard.isValid() ? tr("connection lost since %1").arg(models::clock(heard)) : tr("no connection"),
                 Tone::Bad);
      break;
  }
  const auto wait = QDateTime::currentDateTimeUtc().secsTo(live.nextTryAt());
  age_->setText(live.isLost() && live.nextTryAt().isValid()
                    ? tr("Next try in %1 s. What is shown may be old.").arg(std::max<qint64>(0, wait))
                    : QString());
}

void MainWindow::askLogin() {
  auto* server = shown();
  if (loginOpen_ || !server) return;
  loginOpen_ = true;
  auto* dialog = new LoginDialog(server->connection(), server->profile(), server->loginEnded(), this);
  connect(dialog, &QDialog::finished, this, [this] { loginOpen_ = false; });
  connect(&server->connection(), &QObject::destroyed, dialog, &QDialog::reject);
  connect(dialog, &LoginDialog::loggedIn, server, [this, server](const QString& user, const QString& password) {
    server->setUser(user);
    profiles_.save(server->profile());
    servers_->keepPassword(server->profile(), password);
    fillPicker();
  });
  dialog->open();
}

}  // namespace console::app
