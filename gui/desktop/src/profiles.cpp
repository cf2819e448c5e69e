#include "console/desktop/profiles.hpp"

#include <QSettings>
#include <QUrl>
#include <algorithm>

namespace console::desktop {

client::Endpoint Profile::endpoint(quint16 port) const {
  client::Endpoint endpoint;
  endpoint.url = client::parseServerUrl(url).value_or(QUrl());
  if (port > 0) endpoint.url.setPort(port);
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
    profile.forward = {.context = settings.value("kubeContext").toString(),
                       .space = settings.value("kubeNamespace").toString(),
                       .target = settings.value("kubeTarget").toString(),
                       .port = static_cast<quint16>(settings.value("kubePort", 5000).toUInt())};
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
    settings.setValue("kubeContext", profile.forward.context);
    settings.setValue("kubeNamespace", profile.forward.space);
    settings.setValue("kubeTarget", profile.forward.target);
    settings.setValue("kubePort", profile.forward.port);
  }
  settings.endArray();
}

namespace {

QString colorKey(const QString& group) {
  // A slash would make a level of its own.
  return "groupColors/" + QString::fromLatin1(QUrl::toPercentEncoding(group));
}

}  // namespace

int Profiles::colorOf(const QString& group) const {
  if (group.isEmpty()) return -1;
  const auto chosen = QSettings().value(colorKey(group));
  if (chosen.isValid()) return chosen.toInt();
  QStringList groups;
  for (const auto& one : profiles_) {
    if (!one.group.isEmpty() && !groups.contains(one.group)) groups << one.group;
  }
  groups.sort();
  return static_cast<int>(groups.indexOf(group));
}

void Profiles::setColor(const QString& group, int color) {
  if (!group.isEmpty()) QSettings().setValue(colorKey(group), color);
}

QString Profiles::lastUsed() const {
  return QSettings().value("lastProfile").toString();
}

void Profiles::setLastUsed(const QString& name) {
  QSettings().setValue("lastProfile", name);
}

}  // namespace console::desktop
