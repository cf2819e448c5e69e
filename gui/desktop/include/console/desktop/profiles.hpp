// The servers that this console knows. Profiles are kept in the settings, without secrets; those are in Secrets.
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <optional>

#include "console/client/endpoint.hpp"

namespace console::desktop {

struct Profile {
  QString name;  // unique
  QString group;
  QString url;
  QString user;
  bool production = false;  // asks for its name before anything that destroys
  bool readOnly = false;    // sends no change
  bool keepPassword = true;
  QByteArray pinnedSha256;   // of a certificate that was agreed to
  QByteArray caCertificate;  // PEM

  client::Endpoint endpoint() const;
};

class Profiles {
 public:
  Profiles();

  const QList<Profile>& all() const { return profiles_; }
  std::optional<Profile> find(const QString& name) const;
  // Takes the place of the one of that name.
  void save(const Profile& profile);
  void remove(const QString& name);
  QString lastUsed() const;
  void setLastUsed(const QString& name);

 private:
  void store() const;

  QList<Profile> profiles_;
};

}  // namespace console::desktop
