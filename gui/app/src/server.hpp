// One server that is connected: its connection, its screens, and what they ask of the window.
//
// Lives until it is disconnected. While another one is shown it goes on, and what is typed in its screens stays.
#pragma once

#include <QHash>
#include <QStackedWidget>
#include <memory>

#include "console/client/connection.hpp"
#include "console/desktop/port_forward.hpp"
#include "console/desktop/profiles.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/veil.hpp"
#include "screen_table.hpp"
#include "search.hpp"

namespace console::app {

class Server : public QObject, public screens::Shell {
  Q_OBJECT

 public:
  Server(desktop::Profile profile, const QString& password, QObject* parent = nullptr);
  ~Server() override;

  const desktop::Profile& profile() const { return profile_; }
  client::Connection& connection() { return *connection_; }
  const client::Connection& connection() const { return *connection_; }
  // Why it does not answer; empty if it does.
  QString trouble() const;
  Search& search() { return *search_; }

  // Its screens, one of them shown; the server's own, wherever it is placed.
  QWidget* pages() { return pages_; }
  // Those that the user may see, in the order of the navigation.
  std::vector<const ScreenEntry*> entries() const;
  // Empty: none yet.
  const QString& shown() const { return shown_; }
  screens::Screen* screen(const QString& key) const { return screens_.value(key); }
  void refresh();
  QStringList unsaved() const;

  // Nobody is logged in, and without that there is nothing to see.
  bool wantsLogin() const { return wantsLogin_; }
  // Somebody was.
  bool loginEnded() const { return loginEnded_; }
  void setUser(const QString& user) { profile_.user = user; }

  void say(const QString& text, models::Tone tone, std::function<void()> undo) override;
  void open(const QString& screen, const QUrlQuery& query) override;
  void confirm(const QString& title, const QString& text, const QString& verb, std::function<void()> yes) override;

 signals:
  // The session is another: so are the screens that there are.
  void sessionChanged();
  void stateChanged();
  void loginNeeded();
  void screenShown();
  // Something went wrong there.
  void happened(const QString& text, models::Tone tone);
  void said(const QString& text, models::Tone tone, const std::function<void()>& undo);
  void asking(const QString& title, const QString& text, const QString& verb, const std::function<void()>& yes);

 private:
  void noticeEvents(const std::shared_ptr<const client::LiveUpdate>& update);
  void showStale();

  desktop::Profile profile_;
  std::unique_ptr<desktop::PortForward> forward_;  // null for a server that is reached by its address
  std::unique_ptr<client::Connection> connection_;
  QStackedWidget* pages_;
  widgets::Veil* veil_;  // over them, while what they show is old
  QHash<QString, screens::Screen*> screens_;
  QString shown_;
  Search* search_;  // of the connection
  bool wantsLogin_ = false;
  bool loginEnded_ = false;
};

}  // namespace console::app
