#include "console/desktop/profiles.hpp"

#include <QSettings>
#include <algorithm>

namespace console::desktop {

client::Endpoint Profile::endpoint() const {
  client::Endpoint endpoint;
  endpoint.url = client::parseServerUrl(url).value_or(QUrl());
  endpoint.pinnedSha256 = pinnedSha256;
  if (!caCertificate.isEmpty()) endpoint.caCertificates = QSslCertificate::fromData(caCertificate, QSsl::Pem);
  return endpoint;
}

Profiles::Profiles() {
  QSettings settings;
  const int size = settings.beginReadArray("profiles");
  for (int i = 0; i < size; ++i) {
    settings.setArrayIndex(i);
    Profile profile;
    profile.name = settings.value("name").toString();
    profile.group = settings.value("group").toString();
    profile.url = settings.value("url").toString();
    profile.user = settings.value("user").toString();
    profile.production = settings.value("production").toBool();
    profile.readOnly = settings.value("readOnly").toBool();
    profile.keepPassword = settings.value("keepPassword", true).toBool();
    profile.pinnedSha256 = settings.value("pinnedSha256").toByteArray();
    profile.caCertificate = settings.value("caCertificate").toByteArray();
    if (!profile.name.isEmpty()) profiles_ << profile;
  }
  settings.endArray();
}

std::optional<Profile> Profiles::find(const QString& name) const {
  const auto found = std::ranges::find(profiles_, name, &Profile::name);
  return found == profiles_.end() ? std::nullopt : std::optional(*found);
}

void Profiles::save(const Profile& profile) {
  const auto found = std::ranges::find(profiles_, profile.name, &Profile::name);
  if (found == profiles_.end()) {
    profiles_ << profile;
  } else {
    *found = profile;
  }
  store();
}

void Profiles::remove(const QString& name) {
  profiles_.removeIf([&name](const Profile& one) { return one.name == name; });
  store();
}

void Profiles::store() const {
  QSettings settings;
  settings.remove("profiles");
  settings.beginWriteArray("profiles", static_cast<int>(profiles_.size()));
  for (int i = 0; i < profiles_.size(); ++i) {
    const auto& profile = profiles_[i];
    settings.setArrayIndex(i);
    settings.setValue("name", profile.name);
    settings.setValue("group", profile.group);
    settings.setValue("url", profile.url);
    settings.setValue("user", profile.user);
    settings.setValue("production", profile.production);
    settings.setValue("readOnly", profile.readOnly);
    settings.setValue("keepPassword", profile.keepPassword);
    settings.setValue("pinnedSha256", profile.pinnedSha256);
    settings.setValue("caCertificate", profile.caCertificate);
  }
  settings.endArray();
}

QString Profiles::lastUsed() const {
  return QSettings().value("lastProfile").toString();
}

void Profiles::setLastUsed(const QString& name) {
  QSettings().setValue("lastProfile", name);
}

}  // namespace console::desktop
