#include "console/app/main_window.hpp"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenuBar>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <algorithm>
#include <utility>

#include "connect_dialog.hpp"
#include "console/widgets/theme.hpp"
#include "documents.hpp"
#include "fleet.hpp"
#include "notices.hpp"
#include "palette.hpp"
#include "servers.hpp"

namespace console::app {
namespace {

using models::Tone;

constexpr int kToastMs = 8000;
constexpr int kPickerLetters = 24;
const QString kTrial = QStringLiteral("Trial");

}  // namespace

MainWindow::MainWindow()
    : servers_(std::make_unique<Servers>()),
      navigation_(new QListWidget),
      stack_(new QStackedWidget),
      fleet_(new Fleet(profiles_, *servers_)),
      picker_(new QComboBox),
      server_(new QLabel),
      pills_(new QWidget),
      user_(new QLabel),
      toast_(new widgets::Notice(this)),
      trouble_(new widgets::Notice(this)),
      live_(new widgets::Pill),
      age_(new QLabel),
      notices_(new Notices([this](const QString& text, Tone tone) { say(text, tone, {}); }, this)) {
  documents_ = new Documents(*servers_, this);
  setWindowTitle(QStringLiteral("Larder"));
  setAcceptDrops(true);
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
  empty->offer(tr("Try a local daemon"), [this] { startTrial(); });
  welcome_ = empty;
  stack_->addWidget(welcome_);
  stack_->addWidget(fleet_);
  statusBar()->addWidget(live_);
  statusBar()->addWidget(age_, 1);
  live_->hide();
  connect(navigation_, &QListWidget::currentItemChanged, this, &MainWindow::showItem);
  connect(navigation_, &QListWidget::itemActivated, this, &MainWindow::enterScreen);
  connect(servers_.get(), &Servers::connected, this, &MainWindow::watch);
  connect(servers_.get(), &Servers::disconnected, this, [this](const QString& name) {
    notices_->forget(name);
    if (name == kTrial) trial_.reset();
    if (name == shown_) showPage(profiles_.all().size() > 1 ? static_cast<QWidget*>(fleet_) : welcome_);
    fillPicker();
  });
  connect(servers_.get(), &Servers::notKept, this, [this](const QString& reason) {
    say(tr("The password holds for this session only: %1").arg(reason), Tone::Info, {});
  });
  connect(fleet_, &Fleet::chosen, this, [this](const desktop::Profile& profile) { connectTo(profile, {}); });
  connect(documents_, &Documents::offered, this, &MainWindow::take);
  connect(documents_, &Documents::said, this, [this](const QString& text, Tone tone) { say(text, tone, {}); });
  connect(fleet_, &Fleet::added, this, &MainWindow::showConnections);
  toastTimer_.setSingleShot(true);
  toastTimer_.setInterval(kToastMs);
  connect(&toastTimer_, &QTimer::timeout, toast_, &widgets::Notice::clear);
  connect(notices_, &Notices::activated, this, &MainWindow::comeForward);
  connect(&ageTimer_, &QTimer::timeout, this, &MainWindow::showLive);
  ageTimer_.start(1000);
  makeMenus();
  fillPicker();
  showPage(welcome_);
  resize(1280, 720);
  restoreGeometry(QSettings().value("window/geometry").toByteArray());
}

MainWindow::~MainWindow() {
  // What a server says when it goes is nothing to a window that goes too.
  disconnect(servers_.get(), nullptr, this, nullptr);
  delete fleet_;
  servers_.reset();
}

void MainWindow::begin() {
  if (profiles_.all().size() > 1) {
    showFleet(true);
  } else {
    showConnections();
  }
}

QWidget* MainWindow::makeTop() {
  auto* top = new QWidget;
  auto* layout = new QHBoxLayout(top);
  layout->setContentsMargins(12, 8, 12, 2);
  picker_->setAccessibleName(tr("Server"));
  picker_->setFont(widgets::scaled(picker_->font(), 1.1, true));
  picker_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  picker_->setMaximumWidth(fontMetrics().averageCharWidth() * kPickerLetters * 2);
  connect(picker_, &QComboBox::activated, this, [this](int index) {
    const auto name = picker_->itemData(index).toString();
    if (name.isEmpty()) return showFleet(false);
    if (auto* server = servers_->find(name)) return bring(*server);
    if (const auto profile = profiles_.find(name)) connectTo(*profile, {});
  });
  server_->setTextFormat(Qt::PlainText);
  auto* inside = new QHBoxLayout(pills_);
  inside->setContentsMargins(0, 0, 0, 0);
  user_->setTextFormat(Qt::PlainText);
  layout->addWidget(picker_);
  layout->addWidget(server_);
  layout->addWidget(pills_);
  layout->addStretch(1);
  layout->addWidget(user_);
  return top;
}

void MainWindow::makeMenus() {
  auto* file = menuBar()->addMenu(tr("&Server"));
  file->addAction(tr("&Connections…"), QKeySequence("Ctrl+O"), this, &MainWindow::showConnections);
  file->addAction(tr("&All servers"), QKeySequence("Ctrl+0"), this, [this] { showFleet(false); });
  file->addAction(tr("Connect to all"), this, [this] { showFleet(true); });
  file->addAction(tr("&Next server"), QKeySequence("Ctrl+PgDown"), this, [this] { showNext(1); });
  file->addAction(tr("&Previous server"), QKeySequence("Ctrl+PgUp"), this, [this] { showNext(-1); });
  file->addSeparator();
  file->addAction(tr("&Disconnect"), this, [this] { disconnectFrom(shown_, {}); });
  file->addAction(tr("&Log out"), this, [this] {
    if (connection()) connection()->logOut();
  });
  file->addSeparator();
  file->addAction(tr("&Open a configuration file…"), QKeySequence("Ctrl+Shift+O"), documents_, &Documents::choose);
  file->addAction(tr("Co&mpare configurations…"), QKeySequence("Ctrl+Shift+D"), this,
                  [this] { documents_->compare(shown_); });
  file->addAction(tr("&Try a local daemon"), this, &MainWindow::startTrial);
  file->addSeparator();
  file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
  auto* view = menuBar()->addMenu(tr("&View"));
  view->addAction(tr("&Search everything"), QKeySequence("Ctrl+K"), this, &MainWindow::openPalette);
  view->addAction(tr("&Find on this screen"), QKeySequence::Find, this, &MainWindow::findHere);
  view->addAction(tr("&Read again"), QKeySequence::Refresh, this, [this] {
    if (!shown()) return;
    connection()->live().reconnectNow();
    shown()->refresh();
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
      fillPicker();
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
  if (url.isLocalFile()) {
    documents_->open(url.toLocalFile());
    return;
  }
  const auto link = desktop::parseLink(url);
  if (!link) return say(tr("This is no link to a server: %1").arg(url.toDisplayString()), Tone::Bad, {});
  pending_ = link;
  if (shown() && link->fits(shown()->profile())) return openPending();
  const auto known = std::ranges::find_if(profiles_.all(), [&link](const auto& one) { return link->fits(one); });
  if (known != profiles_.all().end()) return connectTo(*known, {});
  showConnectionsFor(link->address());
}

void MainWindow::openPending() {
  if (!pending_ || !shown() || !connection()->session()) return;
  const auto place = pending_->placeAt(shown()->profile());
  if (!place) return;
  pending_.reset();
  if (place->screen.isEmpty()) return;
  if (!screenKeys().contains(place->screen)) {
    return say(tr("There is no screen “%1” here for you.").arg(place->screen), Tone::Warn, {});
  }
  open(place->screen, place->query);
}

void MainWindow::showConnections() {
  showConnectionsFor({});
}

void MainWindow::showConnectionsFor(const QString& address) {
  auto* dialog = new ConnectDialog(profiles_, this);
  if (!address.isEmpty()) dialog->beginWith(address);
  connect(dialog, &ConnectDialog::chosen, this, &MainWindow::connectTo);
  connect(dialog, &QDialog::finished, this, &MainWindow::fillPicker);
  dialog->open();
}

// What was copied or comes from a file is reviewed as what is typed there.
void MainWindow::take(Server& server, const forms::Json& value) {
  bring(server);
  comeForward();
  if (!server.connection().mayConfigure()) {
    return say(tr("You may not change the configuration of %1.").arg(server.profile().name), Tone::Bad, {});
  }
  server.open("configuration", {});
  auto* screen = qobject_cast<screens::ConfigurationScreen*>(server.screen("configuration"));
  if (!screen) return;
  if (!screen->unsaved().isEmpty()) {
    return say(
        tr("The configuration of %1 has unsaved changes. Save or discard them first.").arg(server.profile().name),
        Tone::Warn, {});
  }
  screen->take(value);
}

void MainWindow::startTrial() {
  if (auto* running = servers_->find(kTrial)) return bring(*running);
  trial_ = std::make_unique<desktop::Trial>();
  connect(trial_.get(), &desktop::Trial::ready, this, [this](const QUrl& url) {
    desktop::Profile profile;
    profile.name = kTrial;
    profile.url = url.toString();
    profile.keepPassword = false;
    connectTo(profile, {});
    say(tr("This daemon is reached from this machine alone, and its data goes when you disconnect."), Tone::Info, {});
  });
  connect(trial_.get(), &desktop::Trial::ended, this, [this](const QString& reason) { say(reason, Tone::Bad, {}); });
  say(tr("Starting larderd…"), Tone::Info, {});
  trial_->start();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const auto urls = event->mimeData()->urls();
  if (!urls.isEmpty() && urls.front().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  for (const auto& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) documents_->open(url.toLocalFile());
  }
  event->acceptProposedAction();
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
  commands.push_back({tr("All servers"), tr("action"), [this] { showFleet(false); }});
  commands.push_back({tr("Open a configuration file"), tr("action"), [this] { documents_->choose(); }});
  commands.push_back({tr("Compare configurations"), tr("action"), [this] { documents_->compare(shown_); }});
  commands.push_back({tr("Connections"), tr("action"), [this] { showConnections(); }});
  auto* palette = new Palette(std::move(commands), this);
  if (shown()) {
    auto* search = &shown()->search();
    connect(palette, &Palette::asked, search,
            [search, palette](const QString& typed) { search->find(typed, palette); });
  }
  palette->show();
}

void MainWindow::say(const QString& text, Tone tone, std::function<void()> undo) {
  toast_->say(text, tone);
  if (undo) toast_->offer(tr("Undo"), std::move(undo));
  toastTimer_.start();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings().setValue("window/geometry", saveGeometry());
  QStringList unsaved;
  for (const auto& server : servers_->all()) {
    for (const auto& what : server->unsaved()) {
      unsaved << (servers_->all().size() > 1 ? server->profile().name + ": " + what : what);
    }
  }
  unsaved << documents_->unsaved();
  if (unsaved.isEmpty() || leaving_) return event->accept();
  event->ignore();
  widgets::confirm(this, tr("Leave with unsaved changes?"), unsaved.join('\n'), tr("Leave"), [this] {
    leaving_ = true;
    close();
  });
}

}  // namespace console::app
