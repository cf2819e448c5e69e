#include "larder/registry/source_rights.hpp"

#include <algorithm>

#include "larder/upstream/endpoint.hpp"

namespace larder::registry {
namespace {

bool isSamePlace(const core::Result<upstream::Endpoint>& a, const core::Result<upstream::Endpoint>& b) {
  return a && b && a->connectHost == b->connectHost && a->port == b->port;
}

// Of any http or https URL; the paths of token services are none of a repository.
core::Result<upstream::Endpoint> placeOf(const std::string& url) {
  auto mark = url.find("://");
  return upstream::parseEndpoint(url.substr(0, url.find_first_of("/?#", mark == std::string::npos ? 0 : mark + 3)));
}

}  // namespace

SourceRights rightsOf(const config::Config& saved, const config::SyncRegistry& rule, const std::string& url) {
  SourceRights rights;
  auto place = placeOf(url);
  auto tokenService = placeOf(rule.oauth2Helper.tokenUrl);
  rights.storedCredentials = place && place->scheme == "https" && rule.tlsVerify;
  if (!saved.extensions.sync) return rights;
  for (const auto& one : saved.extensions.sync->registries) {
    for (const auto& known : one.urls) {
      auto knownPlace = placeOf(known);
      if (!isSamePlace(place, knownPlace)) continue;
      rights.localUpstream = true;
      if (place->scheme == knownPlace->scheme && (rule.tlsVerify || !one.tlsVerify)) rights.storedCredentials = true;
    }
    if (isSamePlace(tokenService, placeOf(one.oauth2Helper.tokenUrl))) rights.localTokenService = true;
  }
  return rights;
}

}  // namespace larder::registry
