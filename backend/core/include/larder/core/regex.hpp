// Regexes as Go's regexp package reads them, in the spelling that RE2 understands.
#pragma once

#include <string>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::core {

// Checks `pattern` (Go's syntax, which is RE2's) and returns it for RE2: `(?<name>…)` becomes `(?P<name>…)`.
// InvalidArgument with RE2's complaint, and for `\C`, which Go does not have and which may cut a character in two.
Result<std::string> toRe2(std::string_view pattern);

}  // namespace larder::core
