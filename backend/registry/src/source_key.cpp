#include "source_key.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "larder/upstream/endpoint.hpp"

namespace larder::registry {

core::Digest sourceKey(const config::Config& config, const config::SyncRegistry& rule, const std::string& url) {
  auto endpoint = upstream::parseEndpoint(url);
  auto host = endpoint ? endpoint->host : url;
  const auto& general = config.larder.upstream;
  auto text = fmt::format("{}\n{}\n{}\n{}\n{} {} {}\n{} {} {} {}\n{}\n{} {} {} {}\n", url, rule.tlsVerify,
                          rule.certDir.string(), rule.credentialHelper, rule.maxRetries, rule.retryDelay.count(),
                          rule.maxRetryDelay.count(), rule.reqConcurrent, rule.reqPerSec, rule.disableHttp2,
                          rule.maxIdleConnsPerHost, rule.syncTimeout.count(), general.connectTimeout.count(),
                          general.firstByteTimeout.count(), general.breakerFailures, general.breakerOpenFor.count());
  const auto& oauth2 = rule.oauth2Helper;
  text += fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", oauth2.tokenUrl, oauth2.assertionFile.string(),
                      oauth2.signingFile.string(), oauth2.grantType, oauth2.clientId, oauth2.clientSecretFile.string(),
                      fmt::join(oauth2.scopes, " "), oauth2.username, oauth2.audience, oauth2.subjectTokenType,
                      oauth2.requestedTokenType);
  if (auto own = config.larder.upstreams.find(host); own != config.larder.upstreams.end()) {
    text += fmt::format("{} {} {}\n", own->second.downloadRate, own->second.requestBudget,
                        fmt::join(own->second.allowedAuthRealms, ","));
  }
  if (config.extensions.sync) {
    const auto& credentials = config.extensions.sync->credentials;
    if (auto own = credentials.find(host); own != credentials.end()) {
      text += fmt::format("{}:{}{}:{}\n", own->second.username.size(), own->second.username,
                          own->second.password.size(), own->second.password);
    }
  }
  return core::Digest::of(text);
}

}  // namespace larder::registry
