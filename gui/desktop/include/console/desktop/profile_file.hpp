// Profiles in a file, for another machine or a colleague: with their marks, certificates and the colours of their
// groups, and without secrets. Passwords are in the keychain and stay there.
#pragma once

#include <QByteArray>
#include <QMap>
#include <tl/expected.hpp>

#include "console/desktop/profiles.hpp"

namespace console::desktop {

struct ProfileFile {
  QList<Profile> profiles;
  QMap<QString, int> colors;  // by group, as Profiles::colorOf() counts
};

// All that are known here.
ProfileFile allOf(const Profiles& profiles);
// JSON. What stands before an @ in an address is left out: it may be a password.
QByteArray writeProfiles(const ProfileFile& file);
// An error says the place in the file and what is wrong with it. Of a certificate that is pinned, or a CA, only what is
// one is taken.
tl::expected<ProfileFile, QString> readProfiles(const QByteArray& content);

// What taking `imported` would do here.
enum class Import { Adds, Same, Replaces };
Import fateOf(const Profile& imported, const Profiles& here);
// Settings of `one` that are others in `other`, as a user calls them.
QStringList differences(const Profile& one, const Profile& other);
// Takes these of the file, in the place of those of the same names. A group that is used here keeps its colour.
void take(const ProfileFile& file, const QStringList& names, Profiles& here);

}  // namespace console::desktop
