#include "console/client/endpoint.hpp"

#include <QCryptographicHash>
#include <algorithm>

namespace console::client {

QString prefixOf(const QUrl& server) {
  auto path = server.path(QUrl::FullyEncoded);
  while (path.endsWith('/')) path.chop(1);
  return path;
}

QUrl Endpoint::apiUrl(const QString& path) const {
  auto base = url;
  base.setPath(prefixOf(url) + "/api/v1" + path, QUrl::TolerantMode);
  return base;
}

QUrl Endpoint::liveUrl() const {
  auto live = apiUrl("/live");
  live.setScheme(url.scheme() == "https" ? "wss" : "ws");
  return live;
}

QSslConfiguration Endpoint::tls() const {
  auto configuration = QSslConfiguration::defaultConfiguration();
  if (!caCertificates.isEmpty()) configuration.addCaCertificates(caCertificates);
  return configuration;
}

bool Endpoint::forgives(const QList<QSslError>& faults) const {
  if (pinnedSha256.isEmpty() || faults.isEmpty()) return false;
  return std::ranges::all_of(faults, [this](const QSslError& fault) {
    // A certificate that was revoked, or is no longer valid, is not the one that was agreed to.
    const auto kind = fault.error();
    const bool forgivable =
        kind == QSslError::SelfSignedCertificate || kind == QSslError::SelfSignedCertificateInChain ||
        kind == QSslError::UnableToGetLocalIssuerCertificate || kind == QSslError::UnableToVerifyFirstCertificate ||
        kind == QSslError::CertificateUntrusted || kind == QSslError::HostNameMismatch;
    return forgivable && fault.certificate().digest(QCryptographicHash::Sha256) == pinnedSha256;
  });
}

std::optional<QUrl> parseServerUrl(const QString& text) {
  auto typed = text.trimmed();
  if (typed.isEmpty()) return std::nullopt;
  if (!typed.contains("://")) typed.prepend("http://");
  QUrl url(typed, QUrl::StrictMode);
  if (!url.isValid() || url.host().isEmpty()) return std::nullopt;
  if (url.scheme() != "http" && url.scheme() != "https") return std::nullopt;
  url.setUserInfo({});
  url.setQuery(QString());
  url.setFragment(QString());
  return url;
}

UntrustedCertificate describe(const QSslCertificate& certificate, const QList<QSslError>& faults) {
  UntrustedCertificate described;
  described.sha256 = certificate.digest(QCryptographicHash::Sha256);
  described.subject = certificate.subjectDisplayName();
  described.issuer = certificate.issuerDisplayName();
  described.validUntil = certificate.expiryDate().toString(Qt::ISODate);
  QStringList reasons;
  for (const auto& fault : faults) {
    if (!reasons.contains(fault.errorString())) reasons << fault.errorString();
  }
  described.reason = reasons.join(' ');
  return described;
}

}  // namespace console::client
