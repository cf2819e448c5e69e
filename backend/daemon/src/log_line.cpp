#include "log_line.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "larder/apitypes/time.hpp"

namespace larder::daemon {
namespace {

using Json = nlohmann::ordered_json;

bool isKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

// The length of the key that `text` begins with, if a `=` follows it; else 0.
std::size_t keyLength(std::string_view text) {
  auto end = std::ranges::find_if_not(text, isKeyCharacter);
  return end != text.end() && *end == '=' ? static_cast<std::size_t>(end - text.begin()) : 0;
}

// Texts from outside stand in values, and quotes in them are not escaped: a value ends where a field can begin, or the
// line ends.
std::size_t valueLength(std::string_view text) {
  bool quoted = text.starts_with('"');
  for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    bool closed = !quoted || (at > 1 && text[at - 1] == '"');
    if (closed && keyLength(text.substr(at + 1)) > 0) return at;
  }
  return text.size();
}

std::string_view unquoted(std::string_view value) {
  return value.size() >= 2 && value.starts_with('"') && value.ends_with('"') ? value.substr(1, value.size() - 2)
                                                                             : value;
}

// Adds the fields of `text`; false if it is not made of fields alone.
bool addFields(std::string_view text, Json& line) {
  while (!text.empty()) {
    auto length = keyLength(text);
    if (length == 0) return false;
    std::string key(text.substr(0, length));
    text.remove_prefix(length + 1);
    auto value = text.substr(0, valueLength(text));
    text.remove_prefix(std::min(text.size(), value.size() + 1));
    if (!line.contains(key)) line[std::move(key)] = unquoted(value);
  }
  return true;
}

}  // namespace

std::string jsonLogLine(std::chrono::system_clock::time_point time, std::string_view level, std::string_view text) {
  auto space = std::min(text.find(' '), text.size());
  auto rest = text.substr(std::min(text.size(), space + 1));
  Json line{{"time", apitypes::formatTime(time)}, {"level", level}, {"event", text.substr(0, space)}};
  auto fields = line;
  if (addFields(rest, fields)) {
    line = std::move(fields);
  } else {
    line["message"] = rest;
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace larder::daemon
