// Times as the management API writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace larder::apitypes {

using Time = std::chrono::system_clock::time_point;

// RFC 3339 in UTC with milliseconds: "2026-03-01T12:05:05.120Z".
std::string formatTime(Time time);
// What formatTime() writes, with any number of decimals or none. A time that Time cannot hold becomes the nearest that
// it can. Nothing for anything else.
std::optional<Time> parseTime(std::string_view text);

}  // namespace larder::apitypes
