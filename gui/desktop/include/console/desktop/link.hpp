// larder://host[:port]/screen/what?query: a place in a server's console, as an alert or a chat message names it. Before
// the screen stands the prefix that a server's profile has in its address: larder://host/larder/screen.
#pragma once

#include <QString>
#include <QUrl>
#include <QUrlQuery>
#include <optional>

#include "console/desktop/profiles.hpp"

namespace console::desktop {

struct Place {
  QString screen;   // "repositories"; empty: wherever the server is
  QUrlQuery query;  // what to show there
};

struct Link {
  QString host;  // lower case
  int port = -1;
  QString path;  // "/repositories/library/alpine", after a prefix maybe
  QUrlQuery query;

  // The address for somebody who has no profile of the server.
  QString address() const;
  bool fits(const Profile& profile) const { return placeAt(profile).has_value(); }
  // What it names at the profile's server; nothing if it is of another.
  std::optional<Place> placeAt(const Profile& profile) const;
};

// Nothing for what is no such link. User names and passwords in it are passed over: a link says where, not who.
std::optional<Link> parseLink(const QUrl& url);

}  // namespace console::desktop
