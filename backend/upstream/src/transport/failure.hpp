// What an upstream's failures are called in the terms of core/error.hpp.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "larder/core/error.hpp"
#include "transport/request.hpp"
#include "transport/transfer_state.hpp"

namespace larder::upstream {

// The failure of a transfer that ended without a usable answer. `outcome` must not be Complete.
core::Error toError(const Outcome& outcome, const std::string& host);

// The failure that a status other than success stands for. `what` is what was asked for, "the manifest of a/b:1".
core::Error statusError(const ResponseHead& head, const std::string& what, const std::string& host);

// How long the upstream asks to be left alone: Retry-After (RFC 9110, section 10.2.3) in seconds or as a date, else
// RateLimit-Reset or X-Retry-After, which some give as a Unix time. At most 15 minutes; nothing if it is not said.
std::optional<std::chrono::milliseconds> retryAfter(const ResponseHead& head,
                                                    std::chrono::system_clock::time_point now);

}  // namespace larder::upstream
