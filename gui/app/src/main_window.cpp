#include "console/app/main_window.hpp"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QGraphicsOpacityEffect>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>

#include "connect_dialog.hpp"
#include "console/desktop/secrets.hpp"
#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/theme.hpp"
#include "login_dialog.hpp"
#include "notices.hpp"
#include "palette.hpp"
#include "screen_table.hpp"
#include "search.hpp"

namespace console::app {
namespace {

namespace api = larder::apitypes;
using client::Connection;
using client::LiveStream;
using models::Tone;

constexpr int kToastMs = 8000;
constexpr int kMostPills = 3;
constexpr double kStaleOpacity = 0.55;

}  // namespace

MainWindow::MainWindow()
    : navigation_(new QListWidget),
      stack_(new QStackedWidget),
      server_(new QLabel),
      pills_(new QWidget),
      user_(new QLabel),
      toast_(new widgets::Notice(this)),
      trouble_(new widgets::Notice(this)),
      live_(new widgets::Pill),
      age_(new QLabel),
      notices_(new Notices([this](const QString& text, Tone tone) { say(text, tone, {}); }, this)) {
  setWindowTitle(QStringLiteral("Larder"));
  auto* center = new QWidget;
  auto* layout = new QHBoxLayout(center);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  navigation_->setAccessibleName(tr("Screens"));
  navigation_->setFixedWidth(176);
  navigation_->setFrameShape(QFrame::NoFrame);
  navigation_->setIconSize(QSize(18, 18));
  navigation_->setSpacing(2);
  layout->addWidget(navigation_);
  auto* right = new QVBoxLayout;
  right->setSpacing(0);
  layout->addLayout(right, 1);
  right->addWidget(makeTop());
  right->addWidget(trouble_);
  right->addWidget(toast_);
  right->addWidget(stack_, 1);
  setCentralWidget(center);

  auto* empty = new widgets::EmptyState(tr("No server is connected"),
                                        tr("Connect to a Larder daemon to see what it serves and to change how."));
  empty->offer(tr("Connect…"), [this] { showConnections(); });
  welcome_ = empty;
  stack_->addWidget(welcome_);
  statusBar()->addWidget(live_);
  statusBar()->addWidget(age_, 1);
  live_->hide();
  connect(navigation_, &QListWidget::currentItemChanged, this, &MainWindow::showItem);
  toastTimer_.setSingleShot(true);
  toastTimer_.setInterval(kToastMs);
  connect(&toastTimer_, &QTimer::timeout, toast_, &widgets::Notice::clear);
  connect(notices_, &Notices::activated, this, &MainWindow::comeForward);
  connect(&ageTimer_, &QTimer::timeout, this, &MainWindow::showLive);
  ageTimer_.start(1000);
  makeMenus();
  resize(1280, 720);
  restoreGeometry(QSettings().value("window/geometry").toByteArray());
}

MainWindow::~MainWindow() {
  leave();
}

QWidget* MainWindow::makeTop() {
  auto* top = new QWidget;
  auto* layout = new QHBoxLayout(top);
  layout->setContentsMargins(12, 8, 12, 2);
  server_->setTextFormat(Qt::PlainText);
  server_->setFont(widgets::scaled(server_->font(), 1.15, true));
  auto* inside = new QHBoxLayout(pills_);
  inside->setContentsMargins(0, 0, 0, 0);
  user_->setTextFormat(Qt::PlainText);
  layout->addWidget(server_);
  layout->addWidget(pills_);
  layout->addStretch(1);
  layout->addWidget(user_);
  return top;
}

void MainWindow::makeMenus() {
  auto* file = menuBar()->addMenu(tr("&Server"));
  file->addAction(tr("&Connections…"), QKeySequence("Ctrl+O"), this, &MainWindow::showConnections);
  file->addAction(tr("&Disconnect"), this, [this] {
    leave();
    fillNavigation();
  });
  file->addAction(tr("&Log out"), this, [this] {
    if (connection_) connection_->logOut();
  });
  file->addSeparator();
  file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
  auto* view = menuBar()->addMenu(tr("&View"));
  view->addAction(tr("&Search everything"), QKeySequence("Ctrl+K"), this, &MainWindow::openPalette);
  view->addAction(tr("&Read again"), QKeySequence::Refresh, this, [this] {
    if (connection_) connection_->live().reconnectNow();
    refreshScreens();
  });
  view->addSeparator();
  int number = 1;
  for (const auto& entry : kScreens) {
    auto* action = view->addAction(entry.name(), this, [this, &entry] { open(entry.key, {}); });
    if (number < 10) action->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(number++)));
  }
  view->addSeparator();
  auto* themes = new QActionGroup(this);
  const auto chosen = QSettings().value("theme").toInt();
  for (const auto& [title, theme] :
       {std::pair{tr("Colours of the system"), widgets::Theme::System}, std::pair{tr("Light"), widgets::Theme::Light},
        std::pair{tr("Dark"), widgets::Theme::Dark}}) {
    auto* action = view->addAction(title, this, [this, to = theme] {
      QSettings().setValue("theme", static_cast<int>(to));
      widgets::apply(*qApp, to);
      fillNavigation();
    });
    action->setCheckable(true);
    action->setChecked(static_cast<int>(theme) == chosen);
    themes->addAction(action);
  }
}

void MainWindow::comeForward() {
  setWindowState(windowState() & ~Qt::WindowMinimized);
  show();
  raise();
  activateWindow();
}

void MainWindow::follow(const QUrl& url) {
  const auto link = desktop::parseLink(url);
  if (!link) return say(tr("This is no link to a server: %1").arg(url.toDisplayString()), Tone::Bad, {});
  pending_ = link;
  if (connection_ && link->fits(profile_)) return openPending();
  const auto known = std::ranges::find_if(profiles_.all(), [&link](const auto& one) { return link->fits(one); });
  if (known != profiles_.all().end()) return connectTo(*known, {});
  showConnectionsFor(link->address());
}

void MainWindow::openPending() {
  if (!pending_ || !connection_ || !connection_->session() || !pending_->fits(profile_)) return;
  const auto link = *std::exchange(pending_, std::nullopt);
  if (link.screen.isEmpty()) return;
  if (!screenKeys().contains(link.screen)) {
    return say(tr("There is no screen “%1” here for you.").arg(link.screen), Tone::Warn, {});
  }
  open(link.screen, link.query);
}

void MainWindow::showConnections() {
  showConnectionsFor({});
}

void MainWindow::showConnectionsFor(const QString& address) {
  auto* dialog = new ConnectDialog(profiles_, this);
  if (!address.isEmpty()) dialog->beginWith(address);
  connect(dialog, &ConnectDialog::chosen, this, &MainWindow::connectTo);
  dialog->open();
}

void MainWindow::connectTo(const desktop::Profile& profile, const QString& password) {
  if (!password.isEmpty() || profile.user.isEmpty() || !profile.keepPassword) return start(profile, password);
  desktop::readSecret(profile.name, this, [this, profile](const QString& kept) { start(profile, kept); });
}

void MainWindow::start(const desktop::Profile& profile, const QString& password) {
  leave();
  profile_ = profile;
  if (!password.isEmpty() && profile.keepPassword) {
    desktop::keepSecret(profile.name, password, this, [this](const QString& reason) {
      if (!reason.isEmpty()) say(tr("The password holds for this session only: %1").arg(reason), Tone::Info, {});
    });
  }
  connection_ = std::make_unique<Connection>(
      profile.endpoint(), client::Login{.user = profile.user, .password = password, .token = {}}, profile.readOnly);
  auto* connection = connection_.get();
  search_ = new Search(*connection, *this);
  connect(connection, &Connection::sessionChanged, this, [this] {
    fillNavigation();
    showState();
    openPending();
  });
  connect(connection, &Connection::statusChanged, this, &MainWindow::showState);
  connect(connection, &Connection::loginNeeded, this, &MainWindow::askLogin);
  connect(connection, &Connection::refresh, this, &MainWindow::refreshScreens);
  connect(&connection->live(), &LiveStream::stateChanged, this, &MainWindow::showLive);
  // Failed jobs and lost quotas are events.
  connection->live().use(api::LiveTopic::Events, connection);
  connect(&connection->live(), &LiveStream::received, this, &MainWindow::noticeEvents);
  setWindowTitle(tr("%1 – Larder").arg(profile.name));
  server_->setText(profile.name);
  trouble_->say(tr("Connecting to %1…").arg(profile.url), Tone::Info);
  connection->start();
}

void MainWindow::leave() {
  navigation_->clear();
  stack_->setCurrentWidget(welcome_);
  qDeleteAll(screens_);
  screens_.clear();
  connection_.reset();
  server_->clear();
  user_->clear();
  trouble_->clear();
  notices_->show({}, {});
  setWindowTitle(QStringLiteral("Larder"));
  showState();
  showLive();
}

void MainWindow::fillNavigation() {
  const auto* current = navigation_->currentItem();
  const auto before = current ? current->data(Qt::UserRole).toString() : QStringLiteral("overview");
  const QSignalBlocker quiet(navigation_);
  navigation_->clear();
  if (!connection_ || !connection_->session()) return;
  const bool reader = connection_->session()->mayRead;
  for (const auto& entry : kScreens) {
    if (!reader || (entry.adminOnly && !connection_->isAdmin())) continue;
    auto* item = new QListWidgetItem(widgets::icon(entry.key, palette()), entry.name(), navigation_);
    item->setData(Qt::UserRole, QString(entry.key));
    item->setSizeHint(QSize(0, fontMetrics().height() + 14));
    if (before == entry.key) navigation_->setCurrentItem(item);
  }
  if (!navigation_->currentItem()) navigation_->setCurrentRow(0);
  showItem(navigation_->currentItem());
}

void MainWindow::showItem(QListWidgetItem* item) {
  if (!item || !connection_) return;
  const auto key = item->data(Qt::UserRole).toString();
  if (!screens_.contains(key)) {
    const auto* entry = std::ranges::find(kScreens, key, [](const auto& one) { return QString(one.key); });
    auto* screen = entry->make({*connection_, *this});
    screens_.insert(key, screen);
    stack_->addWidget(screen);
  }
  stack_->setCurrentWidget(screens_.value(key));
}

QStringList MainWindow::screenKeys() const {
  QStringList keys;
  for (int row = 0; row < navigation_->count(); ++row) keys << navigation_->item(row)->data(Qt::UserRole).toString();
  return keys;
}

void MainWindow::noticeEvents(const std::shared_ptr<const client::LiveUpdate>& update) {
  const auto* events = std::get_if<api::LiveItems<api::Event>>(&update->data);
  // A snapshot is what has been before.
  if (!events || update->snapshot) return;
  for (const auto& one : events->items) {
    if (one.severity != api::Severity::Error) continue;
    notices_->happened(profile_.name + ": " + client::text(one.message), Tone::Bad);
  }
}

void MainWindow::refreshScreens() {
  for (auto* screen : screens_) screen->refresh();
}

void MainWindow::showState() {
  auto* layout = pills_->layout();
  while (auto* item = layout->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  if (!connection_) return;
  trouble_->clear();
  if (!connection_->trouble().isEmpty()) {
    trouble_->say(connection_->trouble(), Tone::Bad);
    trouble_->offer(tr("Connections…"), [this] { showConnections(); });
  }
  if (const auto& session = connection_->session()) {
    user_->setText(session->user ? client::text(*session->user) : tr("not logged in"));
    if (!connection_->mayChange()) layout->addWidget(new widgets::Pill(tr("read-only"), Tone::Info));
  }
  const auto& status = connection_->status();
  if (!status) return;
  server_->setText(client::text(status->name) == profile_.name
                       ? profile_.name
                       : tr("%1 (%2)").arg(profile_.name, client::text(status->name)));
  const auto state = models::serverState(*status);
  notices_->show(profile_.name, state);
  int shown = 0;
  for (const auto& phrase : state) {
    if (shown++ == kMostPills) break;
    auto* pill = new widgets::Pill(phrase.text, phrase.tone);
    if (!phrase.screen.isEmpty()) {
      pill->setClickable(true);
      connect(pill, &widgets::Pill::clicked, this, [this, key = phrase.screen] { open(key, {}); });
    }
    layout->addWidget(pill);
  }
}

void MainWindow::showLive() {
  const bool lost = connection_ && connection_->isLost();
  // What is shown is old while the connection is lost; it stays, and says so.
  if (lost != (stack_->graphicsEffect() != nullptr)) {
    QGraphicsOpacityEffect* effect = nullptr;
    if (lost) {
      effect = new QGraphicsOpacityEffect;
      effect->setOpacity(kStaleOpacity);
    }
    stack_->setGraphicsEffect(effect);
  }
  if (!connection_) {
    live_->set({}, Tone::Unknown);
    age_->clear();
    return;
  }
  auto& live = connection_->live();
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
  age_->setText(lost && live.nextTryAt().isValid()
                    ? tr("Next try in %1 s. What is shown may be old.").arg(std::max<qint64>(0, wait))
                    : QString());
}

void MainWindow::askLogin(bool ended) {
  if (loginOpen_) return;
  loginOpen_ = true;
  auto* dialog = new LoginDialog(*connection_, profile_, ended, this);
  connect(dialog, &QDialog::finished, this, [this] { loginOpen_ = false; });
  connect(connection_.get(), &QObject::destroyed, dialog, &QDialog::reject);
  connect(dialog, &LoginDialog::loggedIn, this, [this](const QString& user, const QString& password) {
    profile_.user = user;
    profiles_.save(profile_);
    if (!profile_.keepPassword) return;
    desktop::keepSecret(profile_.name, password, this, [this](const QString& reason) {
      if (!reason.isEmpty()) say(tr("The password holds for this session only: %1").arg(reason), Tone::Info, {});
    });
  });
  dialog->open();
}

void MainWindow::openPalette() {
  std::vector<Command> commands;
  for (int row = 0; row < navigation_->count(); ++row) {
    const auto* item = navigation_->item(row);
    commands.push_back(
        {item->text(), tr("screen"), [this, key = item->data(Qt::UserRole).toString()] { open(key, {}); }});
  }
  for (const auto& one : profiles_.all()) {
    commands.push_back({one.name, tr("server"), [this, one] { connectTo(one, {}); }});
  }
  commands.push_back({tr("Connections"), tr("action"), [this] { showConnections(); }});
  auto* palette = new Palette(std::move(commands), this);
  if (search_) {
    connect(palette, &Palette::asked, search_,
            [this, palette](const QString& typed) { search_->find(typed, palette); });
  }
  palette->show();
}

void MainWindow::say(const QString& text, Tone tone, std::function<void()> undo) {
  toast_->say(text, tone);
  if (undo) toast_->offer(tr("Undo"), std::move(undo));
  toastTimer_.start();
}

void MainWindow::open(const QString& key, const QUrlQuery& query) {
  for (int row = 0; row < navigation_->count(); ++row) {
    if (navigation_->item(row)->data(Qt::UserRole).toString() != key) continue;
    navigation_->setCurrentRow(row);
    if (!query.isEmpty()) screens_.value(key)->show(query);
  }
}

void MainWindow::confirm(const QString& title, const QString& text, const QString& verb, std::function<void()> yes) {
  if (profile_.production) {
    widgets::confirmTyped(this, title, text, profile_.name, verb, std::move(yes));
  } else {
    widgets::confirm(this, title, text, verb, std::move(yes));
  }
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings().setValue("window/geometry", saveGeometry());
  QStringList unsaved;
  for (auto* screen : screens_) {
    if (const auto what = screen->unsaved(); !what.isEmpty()) unsaved << what;
  }
  if (unsaved.isEmpty()) return event->accept();
  event->ignore();
  widgets::confirm(this, tr("Leave with unsaved changes?"), unsaved.join('\n'), tr("Leave"), [this] {
    leave();
    close();
  });
}

}  // namespace console::app
