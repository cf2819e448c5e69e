// Where a daemon is, and whom to believe that it is the one.
#pragma once

#include <QByteArray>
#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>
#include <QUrl>
#include <optional>

#include "console/client/failure.hpp"

namespace console::client {

struct Endpoint {
  QUrl url;                               // https://cache.example.com:5000, with a path before /api/v1 or none
  QList<QSslCertificate> caCertificates;  // besides those of the system
  QByteArray pinnedSha256;                // of a certificate that is taken although it cannot be verified

  // `path` below /api/v1.
  QUrl apiUrl(const QString& path) const;
  // Of the live stream: ws or wss.
  QUrl liveUrl() const;
  QSslConfiguration tls() const;
  // Whether these faults are of the pinned certificate, and of nothing that pinning does not cover.
  bool forgives(const QList<QSslError>& faults) const;
};

// What a user types: "cache:5000" is http://cache:5000, for a daemon has TLS only where it was set up. Nothing for what
// names no host, and for schemes other than http and https.
std::optional<QUrl> parseServerUrl(const QString& text);
// What stands before /api/v1 in a server's path: "/larder" behind a proxy that takes it off, "" for none.
QString prefixOf(const QUrl& server);

UntrustedCertificate describe(const QSslCertificate& certificate, const QList<QSslError>& faults);

}  // namespace console::client
