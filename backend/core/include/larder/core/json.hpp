// The one reader of JSON text that comes from outside: from clients, upstreams, files and the stores. It stands in the
// lowest layer because each of the others reads some; ./dev lint lets no other file parse JSON.
//
// What two parsers could read differently is refused, and so is what grows beyond bounds: the values that come out are
// shallow enough to be copied, compared, written and destroyed by recursion. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::core {

struct JsonLimits {
  std::size_t bytes = 4 * 1024 * 1024;
  std::size_t depth = 64;  // objects and lists in one another
  std::size_t values = 300'000;
  bool fractions = true;  // numbers that are no integers of 64 bits
};

// For what this program wrote itself, from values that had been read within limits: it may have grown by defaults, or
// stand in a record, and is as long as it is.
inline constexpr JsonLimits kOwnJson{SIZE_MAX, 80, SIZE_MAX};
// For records that this program wrote, all of whose numbers are integers. A damaged one may hold others, and casting
// those that are out of range is undefined.
inline constexpr JsonLimits kOwnRecord{SIZE_MAX, 80, SIZE_MAX, false};

// The value that `text` is: one JSON text (RFC 8259) in UTF-8, a byte order mark before it or none. InvalidArgument
// with line and column for anything else, and for a key that stands twice in one object; TooLarge beyond `limits`. The
// `where` of the Error is the path of the place, "a.b[2]", and nothing in it quotes a value.
Result<nlohmann::json> parseJson(std::string_view text, const JsonLimits& limits = {});
// The same, with the members of objects in the order of the text.
Result<nlohmann::ordered_json> parseOrderedJson(std::string_view text, const JsonLimits& limits = {});

}  // namespace larder::core
