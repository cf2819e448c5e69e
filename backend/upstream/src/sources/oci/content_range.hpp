// Content-Range of answers to range requests (RFC 9110, section 14.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace larder::upstream {

struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> size;  // of the whole; nothing if it is unknown ("*")
};

// "bytes 10-19/100"; nothing if it is malformed or contradicts itself.
std::optional<ContentRange> parseContentRange(std::string_view text);
// The size in "bytes */100", the field of a 416.
std::optional<std::uint64_t> parseUnsatisfiedRange(std::string_view text);

}  // namespace larder::upstream
