// JSON as a registry must read it: what two parsers could read differently is refused, and so is what grows beyond
// bounds. Pure function.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::registry {

// ManifestInvalid for anything but one JSON text, for a key that occurs twice in an object, and beyond 32 levels or
// 500,000 values.
core::Result<nlohmann::json> parseStrictJson(std::string_view text);

}  // namespace larder::registry
