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

bool Link::fits(const Profile& profile) const {
  // Where a forward ends here is different each time.
  if (profile.forward.isSet()) return false;
  const auto url = client::parseServerUrl(profile.url);
  if (!url || url->host().compare(host, Qt::CaseInsensitive) != 0) return false;
  return port < 0 || port == url->port(url->scheme() == "https" ? 443 : 80);
}

std::optional<Link> parseLink(const QUrl& url) {
  if (url.toEncoded().size() > kMostLinkBytes || !url.isValid() || url.scheme() != "larder" || url.host().isEmpty())
    return std::nullopt;
  Link link{.host = url.host(), .port = url.port(), .screen = {}, .query = QUrlQuery(url)};
  const auto path = url.path(QUrl::FullyDecoded);
  link.screen = path.section('/', 1, 1);
  const auto what = path.section('/', 2);
  const auto parameter = parameterOf(link.screen);
  if (!what.isEmpty() && !parameter.isEmpty()) {
    link.query.addQueryItem(parameter, QString::fromLatin1(QUrl::toPercentEncoding(what)));
  }
  return link;
}

}  // namespace console::desktop
