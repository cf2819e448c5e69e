// Whom credentials may be sent to: an upstream's challenge names the token server, so a hostile or hijacked upstream
// could name one of its own and collect them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "larder/core/result.hpp"
#include "larder/upstream/endpoint.hpp"

struct psl_ctx_st;  // of libpsl

namespace larder::upstream {

// The Public Suffix List of the system or, if that is newer, of libpsl itself; null where there is neither. Read once,
// by the first who asks, which blocks.
const psl_ctx_st* publicSuffixes();

// The part of a host name that one owner registered: "docker.io" of "auth.docker.io", "x.co.uk" of "a.x.co.uk". Empty
// for addresses, names of one label, names under which anyone may register, and without a list. `host` in lower case.
std::string_view registrableDomain(std::string_view host, const psl_ctx_st* list = publicSuffixes());

struct UrlParts {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case, IPv6 in brackets
  std::string port;    // always there

  // As people write it: without the port that the scheme has anyhow.
  std::string place() const { return port == (scheme == "https" ? "443" : "80") ? host : host + ":" + port; }

  friend bool operator==(const UrlParts&, const UrlParts&) = default;
};
// Of an absolute URL; InvalidArgument if it is none, has another scheme, or holds user information.
core::Result<UrlParts> splitUrl(const std::string& url);

// Whether `allowed` has the host, alone or with this port; case does not count.
bool isListed(const UrlParts& place, std::span<const std::string> allowed);

// Whether credentials for `endpoint` may go to the token server at `realm`: over https if the endpoint is reached by
// https; to the endpoint's own host and port; by https at port 443 to the same host or registrable domain, since
// nobody but its owner gets a certificate and a privileged port there; and to what `allowed` lists. Another port of the
// same host may be anybody's on that machine.
bool mayReceiveCredentials(const Endpoint& endpoint, const UrlParts& realm, std::span<const std::string> allowed,
                           const psl_ctx_st* list = publicSuffixes());

}  // namespace larder::upstream
