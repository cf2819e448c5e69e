// Whom credentials may be sent to: an upstream's challenge names the token server, so a hostile or hijacked upstream
// could name one of its own and collect them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "larder/core/result.hpp"
#include "larder/upstream/endpoint.hpp"

namespace larder::upstream {

// The part of a host name that one owner registered: "docker.io" of "auth.docker.io", "x.co.uk" of "a.x.co.uk". Empty
// for addresses, names of one label, and names under which anyone may register. Built in and conservative: suffixes
// that it does not know count as one label.
std::string_view registrableDomain(std::string_view host);

struct UrlParts {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case, IPv6 in brackets
  std::string port;    // always there

  friend bool operator==(const UrlParts&, const UrlParts&) = default;
};
// Of an absolute URL; InvalidArgument if it is none, has another scheme, or holds user information.
core::Result<UrlParts> splitUrl(const std::string& url);

// Whether credentials for `endpoint` may go to the token server at `realm`: over https if the endpoint is reached by
// https, and to the same host, the same registrable domain, or a host in `allowed`.
bool mayReceiveCredentials(const Endpoint& endpoint, const UrlParts& realm, std::span<const std::string> allowed);

}  // namespace larder::upstream
