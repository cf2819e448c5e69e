// Who calls the management API, and how far they are trusted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access.hpp"
#include "services.hpp"

namespace larder::api::admin {

struct Caller {
  IdentityPointer identity;  // never null; anonymous where nobody is known
  std::string sessionId;     // of the cookie that told it, "" for Basic, certificates and the anonymous
  std::optional<std::uint64_t> accountStamp;  // auth::Account::stamp of whoever logged in with a password
  std::string certificateName = {};           // of the certificate that told it, "" for all others
  bool hasToken = false;  // where nobody can log in: they brought the daemon's, or their session was begun with it
  bool reads = false;     // may call what is for readers
  bool admin = false;     // may call what is for admins and changes nothing
  bool changes = false;   // may change things
  // How the daemon does and what it is set up with: use of memory and disk, upstreams, charts. Whoever may read
  // /metrics, is an admin, or has logged in.
  bool seesFigures = false;
  // Nobody can log in here: who has the token is an admin, everybody else may look (unless larder.management.open).
  bool open = false;
};

// The session of the cookie, else what the request brings along (Basic, a certificate, the daemon's token, nothing).
// Unauthorized for wrong credentials and for a session that is over; TooManyRequests while too many passwords are being
// verified.
runtime::Task<core::Result<Caller>> identifyCaller(Services* services, std::shared_ptr<const PolicyState> state,
                                                   http::Request* request);

// Nobody in particular, with what anybody may.
Caller anonymousCaller(const PolicyState& state);

// What `caller` is by the configuration, users and policy in force now: for connections that stay open. Nothing if they
// would not be let in as whom they are any more. Does not count as a use of their session; nothing blocks.
std::optional<Caller> resolveAnew(Services& services, const PolicyState& state, const Caller& caller);

// May the caller read this repository? Safe to keep for as long as their rights are those of `state`.
registry::MayRead mayReadOf(std::shared_ptr<const PolicyState> state, const Caller& caller);

// Whether `text` is the daemon's token. Takes as long for a wrong one as for the right one.
bool isLocalToken(const PolicyState& state, std::string_view text);
// What a session that was begun with the token keeps of it.
std::uint64_t stampOfToken(const PolicyState& state);

// What to do, for callers who lack the token.
std::string howToProve();

// The value of a cookie, "" if none.
std::string_view cookie(const http::RequestHead& head, std::string_view name);
// Whether the client talks HTTPS: to this daemon, or to the proxy at http.externalUrl.
bool isSecure(const PolicyState& state, const http::RequestHead& head);
// The name of the session's cookie. Of HTTPS it begins with __Host-, so that browsers take it from this very host alone
// (RFC 6265bis, 4.1.3.2) and no page of a neighbouring domain can plant a session. Such a cookie is of the whole host;
// below a prefix, where the host has others too, it begins with __Secure-.
std::string_view sessionCookieName(const PolicyState& state, const http::RequestHead& head);
// The session that the request's cookie names, "" if none.
std::string_view sessionIdOf(const PolicyState& state, const http::RequestHead& head);

}  // namespace larder::api::admin
