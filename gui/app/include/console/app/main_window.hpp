// The window: navigation at the left, the server's state at the top, one screen in the middle, the connection's state
// below. Owns the connection and its screens.
#pragma once

#include <QHash>
#include <QMainWindow>
#include <QPointer>
#include <QTimer>
#include <QUrl>
#include <memory>

#include "console/client/connection.hpp"
#include "console/desktop/link.hpp"
#include "console/desktop/profiles.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/basics.hpp"

class QLabel;
class QListWidget;
class QListWidgetItem;
class QStackedWidget;

namespace console::app {

class Notices;
class Search;

class MainWindow : public QMainWindow, public screens::Shell {
  Q_OBJECT

 public:
  MainWindow();
  ~MainWindow() override;

  // Leaves the server that is connected, if any. The password may be empty: the keychain is asked, then the user.
  void connectTo(const desktop::Profile& profile, const QString& password);
  void showConnections();
  // Goes where a larder:// link says. A server that no profile knows is not spoken to before the user says so.
  Q_INVOKABLE void follow(const QUrl& link);
  // In front of the other windows, as large as it was.
  void comeForward();
  client::Connection* connection() { return connection_.get(); }
  // Of the screens that the user may see, in the order of the navigation.
  QStringList screenKeys() const;
  screens::Screen* screen(const QString& key) const { return screens_.value(key); }

  void say(const QString& text, models::Tone tone, std::function<void()> undo) override;
  void open(const QString& screen, const QUrlQuery& query) override;
  void confirm(const QString& title, const QString& text, const QString& verb, std::function<void()> yes) override;

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  void makeMenus();
  QWidget* makeTop();
  void start(const desktop::Profile& profile, const QString& password);
  void leave();
  void fillNavigation();
  void showItem(QListWidgetItem* item);
  void refreshScreens();
  void noticeEvents(const std::shared_ptr<const client::LiveUpdate>& update);
  void showState();
  void showLive();
  void askLogin(bool ended);
  void openPalette();
  void openPending();
  void showConnectionsFor(const QString& address);

  desktop::Profiles profiles_;
  desktop::Profile profile_;
  std::unique_ptr<client::Connection> connection_;
  QHash<QString, screens::Screen*> screens_;
  QListWidget* navigation_;
  QStackedWidget* stack_;
  QWidget* welcome_;
  QLabel* server_;
  QWidget* pills_;
  QLabel* user_;
  widgets::Notice* toast_;
  widgets::Notice* trouble_;
  widgets::Pill* live_;
  QLabel* age_;
  Notices* notices_;
  QTimer toastTimer_;
  QTimer ageTimer_;
  bool loginOpen_ = false;
  std::optional<desktop::Link> pending_;  // until its server says what there is to see
  QPointer<Search> search_;               // of the connection
};

}  // namespace console::app
