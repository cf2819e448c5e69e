// Requests that come through a proxy of larder.management.trustedProxies, as their client sent them.
#pragma once

#include <optional>
#include <string_view>

#include "larder/http/message.hpp"
#include "policy_cell.hpp"

namespace larder::api {

// The head with the client's address, scheme, Host and prefix in place of the proxy's, by X-Forwarded-For, -Proto,
// -Host and -Prefix: of the addresses the last that is no trusted proxy's, of the others the last value. The Host
// counts only if the one that the proxy itself asked for is known, or no name of the public DNS; the prefix only if it
// is a path of at most 256 characters, its segments of [A-Za-z0-9._~-] and neither "." nor "..". Nothing if the request
// comes from no trusted proxy, or says nothing of its client. Views point to where those of `head` do.
std::optional<http::RequestHead> asClientSent(const PolicyState& state, const http::RequestHead& head);

}  // namespace larder::api
