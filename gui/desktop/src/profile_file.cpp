#include "console/desktop/profile_file.hpp"

#include <QCoreApplication>
#include <QSet>
#include <QSslCertificate>
#include <QUrl>
#include <algorithm>

#include "console/client/text.hpp"
#include "larder/apitypes/json.hpp"
#include "larder/core/json.hpp"

namespace console::desktop {
namespace {

using client::text;
using client::utf8;
using larder::apitypes::Json;

constexpr int kVersion = 1;
constexpr const char* kVersionKey = "larderProfiles";
constexpr int kSha256Bytes = 32;
constexpr unsigned kMostPort = 65535;
constexpr std::uint64_t kMostColor = 255;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(ProfileFile)
};

QString withoutLogin(const QString& address) {
  const auto scheme = address.indexOf("://");
  const auto begin = scheme < 0 ? 0 : scheme + 3;
  auto end = address.indexOf('/', begin);
  if (end < 0) end = address.size();
  const auto at = address.lastIndexOf('@', end - 1);
  return at < begin ? address : address.left(begin) + address.mid(at + 1);
}

Json jsonOf(const Profile& profile) {
  Json json;
  const auto add = [&json](const char* key, const QString& value) {
    if (!value.isEmpty()) json[key] = utf8(value);
  };
  add("name", profile.name);
  add("group", profile.group);
  add("url", withoutLogin(profile.url));
  add("user", profile.user);
  json["production"] = profile.production;
  json["readOnly"] = profile.readOnly;
  json["keepPassword"] = profile.keepPassword;
  add("pinnedSha256", QString::fromLatin1(profile.pinnedSha256.toHex()));
  add("caCertificate", QString::fromUtf8(profile.caCertificate));
  if (profile.forward.isSet()) {
    auto& forward = json["portForward"];
    forward["target"] = utf8(profile.forward.target);
    forward["port"] = profile.forward.port;
    if (!profile.forward.context.isEmpty()) forward["context"] = utf8(profile.forward.context);
    if (!profile.forward.space.isEmpty()) forward["namespace"] = utf8(profile.forward.space);
  }
  return json;
}

// Members of one object; the first that is wrong is the error.
class Members {
 public:
  Members(const Json& object, QString where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) fail({}, Words::tr("must be an object"));
  }

  QString string(const char* key) {
    const auto* found = member(key);
    if (!found) return {};
    if (!found->is_string()) return fail(key, Words::tr("must be text"));
    return text(found->get_ref<const std::string&>());
  }
  bool flag(const char* key, bool otherwise) {
    const auto* found = member(key);
    if (!found) return otherwise;
    if (!found->is_boolean()) fail(key, Words::tr("must be true or false"));
    return found->is_boolean() ? found->get<bool>() : otherwise;
  }
  std::optional<std::uint64_t> number(const char* key) {
    const auto* found = member(key);
    if (!found) return std::nullopt;
    if (!found->is_number_unsigned()) fail(key, Words::tr("must be a whole number"));
    return found->is_number_unsigned() ? std::optional(found->get<std::uint64_t>()) : std::nullopt;
  }
  const Json* member(const char* key) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }
  QString fail(const QString& key, const QString& why) {
    const auto at = where_.isEmpty() || key.isEmpty() ? where_ + key : where_ + '.' + key;
    if (error_.isEmpty()) error_ = at.isEmpty() ? why : at + ": " + why;
    return {};
  }
  // The error of an object in this one.
  void adopt(const Members& inner) {
    if (error_.isEmpty()) error_ = inner.error_;
  }
  const QString& where() const { return where_; }
  const QString& error() const { return error_; }

 private:
  const Json& object_;
  QString where_;
  QString error_;
};

void readForward(Members& members, Profile& profile) {
  const auto* json = members.member("portForward");
  if (!json) return;
  Members forward(*json, members.where() + ".portForward");
  profile.forward.target = forward.string("target");
  profile.forward.context = forward.string("context");
  profile.forward.space = forward.string("namespace");
  const auto port = forward.number("port").value_or(profile.forward.port);
  if (profile.forward.target.isEmpty()) forward.fail("target", Words::tr("is missing"));
  if (port == 0 || port > kMostPort) forward.fail("port", Words::tr("must be between 1 and 65535"));
  profile.forward.port = static_cast<quint16>(port);
  members.adopt(forward);
}

void readCertificates(Members& members, Profile& profile) {
  const auto pinned = members.string("pinnedSha256").toLatin1();
  profile.pinnedSha256 = QByteArray::fromHex(pinned);
  if (!pinned.isEmpty() && (profile.pinnedSha256.size() != kSha256Bytes || profile.pinnedSha256.toHex() != pinned)) {
    members.fail("pinnedSha256", Words::tr("must be a SHA-256 in hex"));
  }
  profile.caCertificate = members.string("caCertificate").toUtf8();
  if (!profile.caCertificate.isEmpty() && QSslCertificate::fromData(profile.caCertificate, QSsl::Pem).isEmpty()) {
    members.fail("caCertificate", Words::tr("must be a certificate in PEM"));
  }
}

tl::expected<Profile, QString> profileOf(const Json& json, const QString& where) {
  Members members(json, where);
  Profile profile;
  profile.name = members.string("name").trimmed();
  profile.group = members.string("group").trimmed();
  profile.url = members.string("url").trimmed();
  profile.user = members.string("user");
  profile.production = members.flag("production", false);
  profile.readOnly = members.flag("readOnly", false);
  profile.keepPassword = members.flag("keepPassword", true);
  readCertificates(members, profile);
  readForward(members, profile);
  if (profile.name.isEmpty()) members.fail("name", Words::tr("is missing"));
  if (!client::parseServerUrl(profile.url)) members.fail("url", Words::tr("must be an http or https address"));
  if (!members.error().isEmpty()) return tl::make_unexpected(members.error());
  return profile;
}

bool usesGroup(const Profiles& here, const QString& group) {
  return std::ranges::any_of(here.all(), [&group](const Profile& one) { return one.group == group; });
}

}  // namespace

ProfileFile allOf(const Profiles& profiles) {
  ProfileFile file;
  file.profiles = profiles.all();
  for (const auto& one : file.profiles) {
    if (!one.group.isEmpty()) file.colors[one.group] = profiles.colorOf(one.group);
  }
  return file;
}

QByteArray writeProfiles(const ProfileFile& file) {
  Json json;
  json[kVersionKey] = kVersion;
  json["profiles"] = Json::array();
  for (const auto& one : file.profiles) json["profiles"].push_back(jsonOf(one));
  json["groups"] = Json::object();
  for (const auto& [group, color] : file.colors.asKeyValueRange()) json["groups"][utf8(group)] = {{"color", color}};
  return QByteArray::fromStdString(json.dump(2, ' ', false, Json::error_handler_t::replace)) + '\n';
}

tl::expected<ProfileFile, QString> readProfiles(const QByteArray& content) {
  const auto json = larder::core::parseOrderedJson({content.constData(), static_cast<std::size_t>(content.size())});
  if (!json) return tl::make_unexpected(text(json.error().message));
  Members members(*json, {});
  const auto version = members.number(kVersionKey);
  const auto* profiles = members.member("profiles");
  if (!version || !profiles || !profiles->is_array()) {
    return tl::make_unexpected(Words::tr("This is not a profile file of larder-console."));
  }
  if (*version > kVersion) return tl::make_unexpected(Words::tr("This file was written by a newer larder-console."));
  ProfileFile file;
  QSet<QString> names;
  for (std::size_t i = 0; i < profiles->size(); ++i) {
    const auto where = QStringLiteral("profiles[%1]").arg(i);
    auto profile = profileOf((*profiles)[i], where);
    if (!profile) return tl::make_unexpected(profile.error());
    if (names.contains(profile->name)) {
      return tl::make_unexpected(where + ".name: " + Words::tr("%1 appears twice").arg(profile->name));
    }
    names.insert(profile->name);
    file.profiles << std::move(*profile);
  }
  const auto* groups = members.member("groups");
  if (!groups || !groups->is_object()) return file;
  for (const auto& [group, settings] : groups->items()) {
    Members of(settings, "groups." + text(group));
    const auto color = of.number("color");
    if (!of.error().isEmpty()) return tl::make_unexpected(of.error());
    if (color) file.colors[text(group)] = static_cast<int>(std::min(*color, kMostColor));
  }
  return file;
}

Import fateOf(const Profile& imported, const Profiles& here) {
  const auto known = here.find(imported.name);
  if (!known) return Import::Adds;
  return *known == imported ? Import::Same : Import::Replaces;
}

QStringList differences(const Profile& one, const Profile& other) {
  QStringList differences;
  const auto add = [&differences](bool differs, const QString& what) {
    if (differs) differences << what;
  };
  add(one.url != other.url, Words::tr("address"));
  add(one.forward != other.forward, Words::tr("port-forward"));
  add(one.user != other.user, Words::tr("user"));
  add(one.group != other.group, Words::tr("group"));
  add(one.production != other.production, Words::tr("production"));
  add(one.readOnly != other.readOnly, Words::tr("read-only"));
  add(one.keepPassword != other.keepPassword, Words::tr("keeping the password"));
  add(one.pinnedSha256 != other.pinnedSha256, Words::tr("pinned certificate"));
  add(one.caCertificate != other.caCertificate, Words::tr("trusted CA"));
  return differences;
}

void take(const ProfileFile& file, const QStringList& names, Profiles& here) {
  for (const auto& one : file.profiles) {
    if (!names.contains(one.name)) continue;
    if (!usesGroup(here, one.group) && file.colors.contains(one.group)) {
      here.setColor(one.group, file.colors.value(one.group));
    }
    here.save(one);
  }
}

}  // namespace console::desktop
