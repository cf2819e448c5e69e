// Times as the management API writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace larder::api {

// RFC 3339 in UTC with milliseconds: "2026-11-24T12:05:05.120Z".
std::string formatTime(std::chrono::system_clock::time_point when);
// What formatTime() writes, with any number of decimals or none. Nothing for anything else.
std::optional<std::chrono::system_clock::time_point> parseTime(std::string_view text);

}  // namespace larder::api
