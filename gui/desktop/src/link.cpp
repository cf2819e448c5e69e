#include "console/desktop/link.hpp"

#include <QHash>

namespace console::desktop {
namespace {

constexpr qsizetype kMostLinkBytes = 4096;

// What the rest of the path names, for the screens that have something of a name.
QString parameterOf(const QString& screen) {
  static const QHash<QString, QString> kParameters{
      {"repositories", "name"}, {"configuration", "q"}, {"transfers", "upstream"}};
  return kParameters.value(screen);
}

}  // namespace

QString Link::address() const {
  QUrl url;
  url.setHost(host);
  url.setPort(port);
  return url.authority();
}

std::optional<Place> Link::placeAt(const Profile& profile) const {
  // Where a forward ends here is different each time.
  if (profile.forward.isSet()) return std::nullopt;
  const auto url = client::parseServerUrl(profile.url);
  if (!url || url->host().compare(host, Qt::CaseInsensitive) != 0) return std::nullopt;
  if (port >= 0 && port != url->port(url->scheme() == "https" ? 443 : 80)) return std::nullopt;
  const auto prefix = client::prefixOf(*url);
  if (path != prefix && !path.startsWith(prefix + '/')) return std::nullopt;
  const auto below = path.mid(prefix.size());
  Place place{.screen = below.section('/', 1, 1), .query = query};
  const auto what = below.section('/', 2);
  const auto parameter = parameterOf(place.screen);
  if (!what.isEmpty() && !parameter.isEmpty()) {
    place.query.addQueryItem(parameter, QString::fromLatin1(QUrl::toPercentEncoding(what)));
  }
  return place;
}

std::optional<Link> parseLink(const QUrl& url) {
  if (url.toEncoded().size() > kMostLinkBytes || !url.isValid() || url.scheme() != "larder" || url.host().isEmpty())
    return std::nullopt;
  return Link{.host = url.host(), .port = url.port(), .path = url.path(QUrl::FullyDecoded), .query = QUrlQuery(url)};
}

}  // namespace console::desktop
