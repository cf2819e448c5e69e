// Sizes and durations as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "larder/core/result.hpp"

namespace larder::core {

// Go's duration syntax: "300ms", "1.5h", "2h45m"; units ns, us (µs), ms, s, m, h; "0" needs none; a leading sign is
// allowed. InvalidArgument with what would be right otherwise, also on overflow.
Result<std::chrono::nanoseconds> parseDuration(std::string_view text);
// The shortest of Go's forms: "5m0s" is written "5m".
std::string formatDuration(std::chrono::nanoseconds duration);

// "512", "512KiB", "10MB", "1.5GiB", Kubernetes' "10Gi" and "512M"; in bytes. InvalidArgument otherwise.
Result<std::uint64_t> parseBytes(std::string_view text);
// IEC, at most one decimal: "1.5 GiB".
std::string formatBytes(std::uint64_t bytes);

// A size given in bytes, or as a share of a whole ("80%").
struct Percent {
  double value = 0;  // 0 < value ≤ 100
};
using BytesOrPercent = std::variant<std::uint64_t, Percent>;
Result<BytesOrPercent> parseBytesOrPercent(std::string_view text);
// What `size` comes to of `whole` bytes.
std::uint64_t resolve(const BytesOrPercent& size, std::uint64_t whole);

}  // namespace larder::core
