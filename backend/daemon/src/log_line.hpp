// A line of the log: what the code logs, `event key=value key="a value"`, where texts from outside stand in values as
// they are, made into what programs can read. In both formats no text can begin a line, or end a value that it stands
// in, unless a field follows.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace larder::daemon {

// Logfmt: values that are quoted, or have to be, with quotes, backslashes and control characters escaped as in JSON.
// Text that is not of that form becomes message="…".
std::string logfmtLine(std::string_view text);

// {"time":"2024-05-01T10:00:00.000Z","level":"info","event":"listening","address":"0.0.0.0:5000"}, one line without its
// end. Values stay strings. Text that is not of that form becomes "message"; no text can add a second "time", "level"
// or "event", or a line.
std::string jsonLogLine(std::chrono::system_clock::time_point time, std::string_view level, std::string_view text);

}  // namespace larder::daemon
