// What this is, for --version, /api/v1/status, the User-Agent, packages and images alike.
#pragma once

#include <string_view>

namespace larder::core {

// "0.2.0" of a tagged commit, "0.1.0+g0123456789ab" of any other.
std::string_view version();

}  // namespace larder::core
