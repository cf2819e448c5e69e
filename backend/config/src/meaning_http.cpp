#include <array>

#include "file_checks.hpp"
#include "meaning.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

const std::string* text(const Json* object, std::string_view key) {
  const auto* value = member(object, key);
  if (value == nullptr || !value->is_string()) return nullptr;
  const auto& found = value->get_ref<const std::string&>();
  return found.empty() ? nullptr : &found;
}

// Whether the key is there, even with a value that cannot be used.
bool given(const Json* object, std::string_view key) {
  return object != nullptr && object->contains(key);
}

void report(Findings& findings, const Path& path, const std::optional<Complaint>& complaint) {
  if (complaint) findings.error(path, complaint->message, complaint->hint);
}

void checkTls(const Json* tls, Findings& findings) {
  const auto path = Path{} / "http" / "tls";
  if (given(tls, "cert") != given(tls, "key")) {
    const auto* missing = given(tls, "cert") ? "key" : "cert";
    findings.error(path / missing, "This key is missing.", "Set both the certificate and its private key");
  } else if (given(tls, "cacert") && !given(tls, "cert")) {
    findings.error(path / "cert", "This key is missing.", "Client certificates need TLS: set cert and key");
  }

  const auto* certificate = text(tls, "cert");
  const auto* key = text(tls, "key");
  const auto badCertificate = certificate ? checkCertificates(*certificate) : std::nullopt;
  const auto badKey = key ? checkPrivateKey(*key) : std::nullopt;
  report(findings, path / "cert", badCertificate);
  report(findings, path / "key", badKey);
  if (const auto* clientCas = text(tls, "cacert")) report(findings, path / "cacert", checkCertificates(*clientCas));
  if (certificate == nullptr || key == nullptr || badCertificate || badKey) return;
  if (!keyFitsCertificate(*key, *certificate)) {
    findings.error(path / "key", "This is not the private key of the certificate in http.tls.cert.");
  }
  if (hasExpired(*certificate))
    findings.warning(path / "cert", "The certificate has expired.", "Clients will refuse it");
}

void checkRevocationLists(const Json* larder, const Json* tls, Findings& findings) {
  const auto* crl = text(member(larder, "tls"), "crl");
  if (crl == nullptr) return;
  const auto path = Path{} / "larder" / "tls" / "crl";
  if (!given(tls, "cacert")) {
    findings.error(path, "A revocation list needs http.tls.cacert, which sets the trusted CAs.");
  }
  const auto bad = checkRevocations(*crl);
  report(findings, path, bad);
  if (!bad && hasOutdatedRevocations(*crl)) {
    findings.warning(path, "A revocation list has expired (nextUpdate): all client certificates will be refused.",
                     "Get a new one from the CA");
  }
}

bool hasClientCertificates(const Json* tls) {
  return given(tls, "cert") && given(tls, "key") && given(tls, "cacert");
}

void checkIdentityAttributes(const Json& mtls, const Path& path, Findings& findings) {
  const auto* attributes = member(&mtls, "identityAttributes");
  bool namesByUri = false;
  for (std::size_t i = 0; attributes != nullptr && i < attributes->size(); ++i) {
    const auto& attribute = (*attributes)[i];
    namesByUri = namesByUri || attribute == "URI" || attribute == "URL";
    if (attribute.is_null() || attribute == "CommonName" || attribute == "CN") continue;
    findings.warning((path / "identityAttributes")[i], "Only CommonName is supported as the user name so far.",
                     i == 0 ? "Put CommonName first: until then client certificates do not log anyone in" : "");
  }
  if (text(&mtls, "uriSanPattern") != nullptr && !namesByUri) {
    findings.error(path / "uriSanPattern", "This pattern has no effect unless identityAttributes contains URI.");
  }
}

void checkMtls(const Json* auth, const Json* tls, Findings& findings) {
  const auto* mtls = member(auth, "mtls");
  if (mtls == nullptr) return;
  const auto path = Path{} / "http" / "auth" / "mtls";
  if (!hasClientCertificates(tls)) {
    findings.error(path, "Login with client certificates needs cert, key and cacert in http.tls.");
  }
  checkIdentityAttributes(*mtls, path, findings);
}

// Larder must not serve everyone because it knows nothing of the only log-in that was asked for.
void checkLogins(const Json* auth, const Json* tls, Findings& findings) {
  const auto path = Path{} / "http" / "auth";
  if (const auto* htpasswd = member(auth, "htpasswd")) {
    if (!given(htpasswd, "path")) {
      findings.error(path / "htpasswd" / "path", "This key is missing.", "Without a password file nobody can log in");
    }
    return;
  }
  // mtls without the certificates that it needs is reported as such.
  if (hasClientCertificates(tls) || member(auth, "mtls") != nullptr) return;
  for (const auto* kind : {"ldap", "bearer", "openid", "apikey"}) {
    const auto* value = member(auth, kind);
    if (value == nullptr || *value == false) continue;
    findings.error(
        path / kind,
        "Larder does not support this login method yet and no other is configured, so it would be open to everyone.",
        "Configure http.auth.htpasswd or client certificates, or remove this key");
  }
}

}  // namespace

void checkHttp(const Json& document, Findings& findings) {
  const auto* http = member(&document, "http");
  const auto* tls = member(http, "tls");
  const auto* auth = member(http, "auth");
  checkTls(tls, findings);
  checkRevocationLists(member(&document, "larder"), tls, findings);
  checkMtls(auth, tls, findings);
  checkLogins(auth, tls, findings);
  if (const auto* htpasswd = text(member(auth, "htpasswd"), "path")) {
    report(findings, Path{} / "http" / "auth" / "htpasswd" / "path", checkHtpasswd(*htpasswd));
  }

  const auto* log = member(&document, "log");
  const auto* output = text(log, "output");
  const auto* audit = text(log, "audit");
  if (output != nullptr && audit != nullptr && *output == *audit) {
    findings.warning(Path{} / "log" / "audit", "The audit log and the log are the same file.");
  }
}

}  // namespace larder::config
