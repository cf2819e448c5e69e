// The servers that this console knows. Profiles are kept in the settings, without secrets; those are in Secrets.
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <optional>

#include "console/client/endpoint.hpp"

namespace console::desktop {

// A server inside a cluster, reached by `kubectl port-forward`.
struct Forward {
  QString context;  // empty: kubectl's own
  QString space;    // the namespace; empty: the context's
  QString target;   // "svc/larder"; empty: the server is reached by its address
  quint16 port = 5000;

  bool isSet() const { return !target.isEmpty(); }
  bool operator==(const Forward&) const = default;
};

struct Profile {
  QString name;  // unique
  QString group;
  QString url;  // of a forwarded one, what it is at this end: its port is not known before
  Forward forward;
  QString user;
  bool production = false;  // asks for its name before anything is deleted
  bool readOnly = false;    // sends no change
  bool keepPassword = true;
  QByteArray pinnedSha256;   // of a certificate that was agreed to
  QByteArray caCertificate;  // PEM

  // `port`: of the forward, if there is one.
  client::Endpoint endpoint(quint16 port = 0) const;
  bool operator==(const Profile&) const = default;
};

class Profiles {
 public:
  Profiles();

  const QList<Profile>& all() const { return profiles_; }
  std::optional<Profile> find(const QString& name) const;
  // Takes the place of the one of that name.
  void save(const Profile& profile);
  void remove(const QString& name);
  // Of a group: a number of a series of colours, by which its servers are told apart; -1 for no group. Groups get one
  // after the other until a colour is chosen.
  int colorOf(const QString& group) const;
  void setColor(const QString& group, int color);
  QString lastUsed() const;
  void setLastUsed(const QString& name);

 private:
  void store() const;

  QList<Profile> profiles_;
};

}  // namespace console::desktop
