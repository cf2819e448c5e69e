// The servers that are connected, each by itself: a slow or dead one holds up no other.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <vector>

#include "server.hpp"

namespace console::app {

class Servers : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  Server* find(const QString& name) const;
  const std::vector<std::unique_ptr<Server>>& all() const { return servers_; }

  // Connects to it, unless it is connected. The password may be empty: the keychain is asked.
  void connectTo(const desktop::Profile& profile, const QString& password, std::function<void(Server&)> then = {});
  void disconnectFrom(const QString& name);
  // Keeps the password where the profile says so; tells where that is not possible.
  void keepPassword(const desktop::Profile& profile, const QString& password);

 signals:
  void connected(console::app::Server& server);
  void disconnected(const QString& name);
  // A password could not be kept.
  void notKept(const QString& reason);

 private:
  void start(const desktop::Profile& profile, const QString& password, const std::function<void(Server&)>& then);

  std::vector<std::unique_ptr<Server>> servers_;
};

}  // namespace console::app
