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

inline constexpr std::string_view kSessionCookie = "larder_session";

struct Caller {
  IdentityPointer identity;  // never null; anonymous where nobody is known
  std::string sessionId;     // of the cookie that told it, "" for Basic, certificates and the anonymous
  std::optional<std::uint64_t> accountStamp;  // auth::Account::stamp of whoever logged in with a password
  bool reads = false;                         // may call what is for readers
  bool admin = false;                         // may call what is for admins and changes nothing
  bool changes = false;                       // may change things
  // Nobody can log in here: whoever is on this machine is admin, everybody else may look.
  bool open = false;
};

// The session of the cookie, else what the request brings along (Basic, a certificate, nothing). Unauthorized for wrong
// credentials and for a session that is over; TooManyRequests while too many passwords are being verified.
runtime::Task<core::Result<Caller>> identifyCaller(Services* services, std::shared_ptr<const PolicyState> state,
                                                   http::Request* request);

// Nobody in particular, with what anybody may.
Caller anonymousCaller(const PolicyState& state, const http::RequestHead& head);

// Whether `caller` would still be let in as what they are: for connections that stay open. Nothing blocks.
bool isStillKnown(Services& services, const Caller& caller);

// The value of a cookie, "" if none.
std::string_view cookie(const http::RequestHead& head, std::string_view name);

// Whether the request comes from this machine itself, and not through a proxy on it.
bool isFromLoopback(const http::RequestHead& head);

}  // namespace larder::api::admin
