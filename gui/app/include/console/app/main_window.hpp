// The window: a server of those that are connected, or all of them side by side. Navigation at the left, the server's
// state at the top, one screen in the middle, the connection's state below. Owns the connections and their screens.
#pragma once

#include <QMainWindow>
#include <QTimer>
#include <QUrl>
#include <QUrlQuery>
#include <functional>
#include <memory>
#include <optional>

#include "console/client/connection.hpp"
#include "console/desktop/link.hpp"
#include "console/desktop/profiles.hpp"
#include "console/desktop/trial.hpp"
#include "console/forms/value.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/basics.hpp"

class QComboBox;
class QLabel;
class QListWidget;
class QListWidgetItem;
class QStackedWidget;

namespace console::app {

class Documents;
class Fleet;
class Notices;
class Server;
class Servers;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow();
  ~MainWindow() override;

  // Shows the server of this profile, and connects to it first if it is not connected, or was with another profile.
  // Other servers stay connected. The password may be empty: the keychain is asked, then the user.
  void connectTo(const desktop::Profile& profile, const QString& password);
  void showConnections();
  // All servers side by side; `connectAll`: those that are not connected are connected to.
  void showFleet(bool connectAll);
  // What is to be seen at first: the servers that are known, or how to make one known.
  void begin();
  // Goes where a larder:// link says, or opens a configuration file. A server that no profile knows is not spoken to
  // before the user says so.
  Q_INVOKABLE void follow(const QUrl& link);
  // In front of the other windows, as large as it was.
  void comeForward();

  // Of the server that is shown; null or empty if there is none.
  client::Connection* connection() const;
  QStringList screenKeys() const;
  screens::Screen* screen(const QString& key) const;
  void open(const QString& screen, const QUrlQuery& query);

  // Says what happened, for a few seconds; with a way back if `undo` is given.
  void say(const QString& text, models::Tone tone, std::function<void()> undo);

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void makeMenus();
  QWidget* makeTop();
  void watch(Server& server);
  Server* shown() const;
  void bring(Server& server);
  void showPage(QWidget* page);
  void showNext(int step);
  void take(Server& server, const forms::Json& value);
  void startTrial();
  void disconnectFrom(const QString& name, std::function<void()> then);
  void fillPicker();
  void fillNavigation();
  void showItem(QListWidgetItem* item);
  void enterScreen();
  void findHere();
  void showState();
  void showPills();
  void showLive();
  void askLogin();
  void openPalette();
  void openPending();
  void showConnectionsFor(const QString& address);

  desktop::Profiles profiles_;
  std::unique_ptr<Servers> servers_;
  QString shown_;  // the name of the server
  QListWidget* navigation_;
  QStackedWidget* stack_;
  QWidget* welcome_;
  Fleet* fleet_;
  QComboBox* picker_;
  QLabel* server_;
  QWidget* pills_;
  QLabel* user_;
  widgets::Notice* toast_;
  widgets::Notice* trouble_;
  widgets::Pill* live_;
  QLabel* age_;
  Notices* notices_;
  Documents* documents_;
  std::unique_ptr<desktop::Trial> trial_;
  QTimer toastTimer_;
  QTimer ageTimer_;
  bool loginOpen_ = false;
  bool leaving_ = false;                  // with unsaved changes, which was agreed to
  std::optional<desktop::Link> pending_;  // until its server says what there is to see
};

}  // namespace console::app
