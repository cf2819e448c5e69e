// Tells of what got worse on a connected server: a message of the tray, or in the window where there is no tray. The
// same thing is told once while it lasts, and not again within ten minutes, however often it comes and goes.
#pragma once

#include <QDateTime>
#include <QHash>
#include <QMap>
#include <QSystemTrayIcon>
#include <functional>

#include "console/client/connection.hpp"
#include "console/models/words.hpp"

namespace console::app {

class Notices : public QObject {
  Q_OBJECT

 public:
  using Tell = std::function<void(const QString& text, models::Tone tone)>;

  // `inWindow` tells where there is no tray. A click on the tray emits activated().
  explicit Notices(Tell inWindow, QObject* parent = nullptr);

  // The state of `server` as it is now.
  void show(const QString& server, const std::vector<models::Phrase>& state);
  // It is no longer connected.
  void forget(const QString& server);
  // Something that happened.
  void happened(const QString& text, models::Tone tone, const QDateTime& now = QDateTime::currentDateTimeUtc());

 signals:
  void activated();

 private:
  void showTray();

  Tell inWindow_;
  QSystemTrayIcon tray_;
  QMap<QString, std::vector<models::Phrase>> states_;  // by server
  QHash<QString, QDateTime> told_;
};

}  // namespace console::app
