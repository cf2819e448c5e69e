#include "named_files.hpp"

#include <algorithm>

#include "larder/auth/user_file.hpp"

namespace larder::daemon {
namespace {

bool admitsAnonymous(const config::Http& http) {
  if (!http.accessControl) return false;
  const auto& repositories = http.accessControl->repositories;
  return std::any_of(repositories.begin(), repositories.end(),
                     [](const auto& access) { return !access.anonymousPolicy.empty(); });
}

}  // namespace

http::TlsFiles tlsFiles(const config::Config& config) {
  const auto& http = config.http;
  http::TlsFiles files{http.tls->cert.string(), http.tls->key.string(), http.tls->cacert.string(), false,
                       config.larder.tls.crl.string()};
  // With a CA a certificate is the log-in, unless there is another one or none is needed.
  files.requireClientCertificate = !files.clientCa.empty() && !http.auth.htpasswdPath && !admitsAnonymous(http);
  return files;
}

std::vector<std::filesystem::path> filesOf(const config::Config& config) {
  std::vector<std::filesystem::path> files;
  auto add = [&files](const std::filesystem::path& path) {
    if (!path.empty()) files.push_back(path);
  };
  if (config.http.auth.htpasswdPath) add(*config.http.auth.htpasswdPath);
  if (config.http.tls) {
    add(config.http.tls->cert);
    add(config.http.tls->key);
    add(config.http.tls->cacert);
    add(config.larder.tls.crl);
  }
  if (config.extensions.sync) add(config.extensions.sync->credentialsFile);
  return files;
}

core::Result<void> checkNamedFiles(const config::Config& config) {
  if (const auto& path = config.http.auth.htpasswdPath) {
    if (auto users = auth::UserFile(*path).list(); !users) return core::fail(std::move(users.error()));
  }
  return config.http.tls ? http::checkTls(tlsFiles(config)) : core::Result<void>{};
}

}  // namespace larder::daemon
