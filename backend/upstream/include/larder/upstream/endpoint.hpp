// Where an upstream is reached, and what a repository is called there. Pure functions, no I/O.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::upstream {

// One URL of a sync rule, taken apart.
struct Endpoint {
  std::string scheme;       // "https" or "http"
  std::string host;         // as clients name it in `ns`: "docker.io", "ghcr.io", "registry.local:5000"
  std::string connectHost;  // whom to connect to, as in a URL: "registry-1.docker.io", "[::1]"
  std::uint16_t port = 0;
  std::string pathPrefix;  // put before names; without slashes at its ends, "" if none

  // "https://registry-1.docker.io"; the port only where it is not the scheme's own.
  std::string origin() const;
  bool isDockerHub() const { return host == "docker.io"; }
};

// Parses "https://docker.io/library", "http://registry.local:5000"; without a scheme, https is meant. A path "/v2" (and
// Docker Hub's "/v1") is the API's root and no prefix. InvalidArgument for another scheme, for user information
// (secrets belong in the credentials file), a query, a fragment, a bad host or port, or a path that is no repository
// name.
core::Result<Endpoint> parseEndpoint(std::string_view url);

// The name that one registry goes by: lower case, without the port 443, and "docker.io" for index.docker.io and
// registry-1.docker.io. `host` may have a port.
std::string canonicalHost(std::string_view host);

// The name to ask the upstream for: the endpoint's path goes before it unless the name begins with that path already,
// and a name of one segment at Docker Hub gets "library/".
std::string nameAtUpstream(const Endpoint& endpoint, std::string_view name);

}  // namespace larder::upstream
