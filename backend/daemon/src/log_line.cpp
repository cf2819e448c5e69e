#include "log_line.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

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

struct Field {
  std::string_view key;
  std::string_view value;  // in its quotes, if it has any
};

struct Parts {
  std::string_view event;
  std::vector<Field> fields;  // each key once
  std::string_view message;   // what is not made of fields
};

Parts partsOf(std::string_view text) {
  auto space = std::min(text.find(' '), text.size());
  Parts parts{text.substr(0, space), {}, {}};
  auto rest = text.substr(std::min(text.size(), space + 1));
  const auto whole = rest;
  while (!rest.empty()) {
    auto length = keyLength(rest);
    if (length == 0) return {parts.event, {}, whole};
    auto key = rest.substr(0, length);
    rest.remove_prefix(length + 1);
    auto value = rest.substr(0, valueLength(rest));
    rest.remove_prefix(std::min(rest.size(), value.size() + 1));
    if (std::ranges::find(parts.fields, key, &Field::key) == parts.fields.end()) parts.fields.push_back({key, value});
  }
  return parts;
}

std::string quoted(std::string_view value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool isPlain(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '"' || c == '\\' || c == '=';
  });
}

}  // namespace

std::string logfmtLine(std::string_view text) {
  auto parts = partsOf(text);
  std::string line = isPlain(parts.event) ? std::string(parts.event) : quoted(parts.event);
  for (const auto& [key, value] : parts.fields) {
    auto bare = unquoted(value);
    bool plain = bare.size() == value.size() && isPlain(value);
    line.append(" ").append(key).append("=").append(plain ? std::string(value) : quoted(bare));
  }
  if (!parts.message.empty()) line += " message=" + quoted(parts.message);
  return line;
}

std::string jsonLogLine(std::chrono::system_clock::time_point time, std::string_view level, std::string_view text) {
  auto parts = partsOf(text);
  Json line{{"time", apitypes::formatTime(time)}, {"level", level}, {"event", parts.event}};
  for (const auto& [key, value] : parts.fields) {
    if (!line.contains(key)) line[std::string(key)] = unquoted(value);
  }
  if (!parts.message.empty()) line["message"] = parts.message;
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace larder::daemon
