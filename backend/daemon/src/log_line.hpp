// A line of the log as one JSON object, for those who collect logs by machine.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace larder::daemon {

// `text` is what the code logs: `event key=value key="a value"`. It becomes
// {"time":"2024-05-01T10:00:00.000Z","level":"info","event":"listening","address":"0.0.0.0:5000"}, one line without its
// end. Values stay strings. Text that is not of that form becomes "message"; no text can add a second "time", "level"
// or "event", or a line.
std::string jsonLogLine(std::chrono::system_clock::time_point time, std::string_view level, std::string_view text);

}  // namespace larder::daemon
