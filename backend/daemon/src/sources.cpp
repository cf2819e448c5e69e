#include "sources.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "larder/registry/source_rights.hpp"
#include "larder/upstream/credential_helper.hpp"
#include "larder/upstream/endpoint.hpp"

namespace larder::daemon {
namespace {

// The entry for a host, however its key is spelt.
template <class Value>
const Value* findHost(const std::map<std::string, Value>& byHost, const std::string& host) {
  if (auto exact = byHost.find(host); exact != byHost.end()) return &exact->second;
  for (const auto& [key, value] : byHost) {
    if (upstream::canonicalHost(key) == host) return &value;
  }
  return nullptr;
}

std::optional<upstream::Credentials> credentialsFor(const config::Config& config, const std::string& host) {
  if (!config.extensions.sync) return std::nullopt;
  const auto* found = findHost(config.extensions.sync->credentials, host);
  if (!found) return std::nullopt;
  return upstream::Credentials{found->username, found->password};
}

upstream::EndpointOptions optionsFor(const config::Config& config, const config::SyncRegistry& rule,
                                     const std::string& url) {
  upstream::EndpointOptions options;
  options.url = url;
  auto endpoint = upstream::parseEndpoint(url);
  if (endpoint) {
    options.host = endpoint->host;
  } else {
    // Validation lets no such URL in; a name that nobody asks for keeps the rule harmless should it ever do.
    spdlog::error("upstream_url_invalid url={} message=\"{}\"", url, endpoint.error().message);
    options.host = url;
  }
  options.tlsVerify = rule.tlsVerify;
  options.certDir = rule.certDir;
  options.http2 = !rule.disableHttp2;
  options.maxRetries = rule.maxRetries;
  options.retryDelay = rule.retryDelay;
  options.maxRetryDelay = rule.maxRetryDelay;
  options.maxConcurrent = rule.reqConcurrent;
  options.requestsPerSecond = rule.reqPerSec;
  options.maxIdleConnections = rule.maxIdleConnsPerHost;

  const auto& timing = config.larder.upstream;
  options.connectTimeout = timing.connectTimeout;
  options.firstByteTimeout = timing.firstByteTimeout;
  // A body that stands still has as long as one that does not begin.
  options.stallTimeout = timing.firstByteTimeout;
  options.breakerFailures = timing.breakerFailures;
  options.breakerOpenFor = timing.breakerOpenFor;
  if (const auto* overrides = findHost(config.larder.upstreams, options.host)) {
    options.allowedAuthRealms = overrides->allowedAuthRealms;
    options.downloadBytesPerSecond = overrides->downloadRate;
    options.requestsPerHour = overrides->requestBudget;
  }
  return options;
}

upstream::CredentialHelperOptions helperOptions(const config::SyncRegistry& rule, const std::string& url,
                                                const registry::SourceRights& rights) {
  const auto& oauth2 = rule.oauth2Helper;
  upstream::CredentialHelperOptions options;
  options.kind = rule.credentialHelper;
  options.url = url;
  options.oauth2 = {
      oauth2.tokenUrl,  rights.localTokenService, oauth2.assertionFile.string(),    oauth2.signingFile.string(),
      oauth2.grantType, oauth2.clientId,          oauth2.clientSecretFile.string(), oauth2.scopes,
      oauth2.username,  oauth2.audience,          oauth2.subjectTokenType,          oauth2.requestedTokenType};
  options.environment = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  return options;
}

}  // namespace

registry::SourceFactory makeSourceFactory(std::shared_ptr<upstream::HttpClient> client,
                                          std::shared_ptr<const CurrentConfig> current, runtime::Executor blocking) {
  return [client = std::move(client), current = std::move(current), blocking = std::move(blocking)](
             const config::Config& config, const config::SyncRegistry& rule, const std::string& url,
             const config::Credential* given) {
    auto options = optionsFor(config, rule, url);
    auto rights = registry::rightsOf(config, rule, url);
    options.localAddresses = rights.localUpstream;
    if (given) {
      options.credentials = [login = upstream::Credentials{given->username, given->password}] { return login; };
      return upstream::makeOciSource(client, blocking, std::move(options));
    }
    if (rights.storedCredentials) {
      options.credentials = [current, host = options.host] { return credentialsFor(*current->get(), host); };
    }
    if (!rule.credentialHelper.empty()) {
      options.credentialHelper = upstream::makeCredentialHelper(client, blocking, helperOptions(rule, url, rights));
    }
    return upstream::makeOciSource(client, blocking, std::move(options));
  };
}

}  // namespace larder::daemon
