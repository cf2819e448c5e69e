#include "formats.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "larder/core/glob.hpp"
#include "larder/core/regex.hpp"
#include "larder/core/units.hpp"
#include "network_formats.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr double kMaxExactNanoseconds = 9e18;

std::optional<Complaint> complain(core::Error error) {
  return Complaint{std::move(error.message), ""};
}

std::optional<Complaint> duration(const SchemaNode& node, Json& value) {
  std::chrono::nanoseconds parsed{};
  if (value.is_string()) {
    auto result = core::parseDuration(value.get_ref<const std::string&>());
    if (!result) return complain(std::move(result.error()));
    parsed = *result;
  } else {
    // Nanoseconds, as Go's decoder takes a bare number.
    if (std::abs(value.get<double>()) > kMaxExactNanoseconds) return Complaint{"This duration is too long.", ""};
    parsed = std::chrono::nanoseconds{value.get<std::int64_t>()};
  }
  value = core::formatDuration(parsed);
  if (node.minDuration && parsed < *node.minDuration) {
    return Complaint{"This must be at least " + core::formatDuration(*node.minDuration) + ".", ""};
  }
  return std::nullopt;
}

std::optional<Complaint> bytes(Json& value, bool percentAllowed) {
  if (value.is_number()) {
    if (value.get<double>() < 0) return Complaint{"A size must not be negative.", ""};
    return std::nullopt;
  }
  const auto& text = value.get_ref<const std::string&>();
  if (percentAllowed) {
    auto parsed = core::parseBytesOrPercent(text);
    if (!parsed) return complain(std::move(parsed.error()));
    if (const auto* size = std::get_if<std::uint64_t>(&*parsed)) value = *size;
    return std::nullopt;
  }
  auto parsed = core::parseBytes(text);
  if (!parsed) return complain(std::move(parsed.error()));
  value = *parsed;
  return std::nullopt;
}

std::optional<Complaint> platform(std::string_view text) {
  auto slashes = std::count(text.begin(), text.end(), '/');
  bool whole = !text.empty() && !text.starts_with('/') && !text.ends_with('/') && text.find("//") == text.npos;
  auto isPart = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '/'; };
  if (whole && (slashes == 1 || slashes == 2) && std::all_of(text.begin(), text.end(), isPart)) return std::nullopt;
  return Complaint{"This is not a valid platform.", "Write it as linux/amd64 or linux/arm/v7"};
}

std::optional<Complaint> percent(Json& value) {
  double share = 0;
  if (value.is_number()) {
    share = value.get<double>();
  } else {
    auto parsed = core::parseBytesOrPercent(value.get_ref<const std::string&>());
    const auto* given = parsed ? std::get_if<core::Percent>(&*parsed) : nullptr;
    if (given != nullptr) share = given->value;
  }
  if (share <= 0 || share > 100)
    return Complaint{"A percentage must be more than 0% and at most 100%, for example 85%.", ""};
  value = share;
  return std::nullopt;
}

std::optional<Complaint> port(Json& value) {
  constexpr std::int64_t kLast = 65535;
  std::int64_t number = -1;
  if (value.is_number()) {
    number = value.get<std::int64_t>();
  } else {
    const auto& text = value.get_ref<const std::string&>();
    const auto* end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || last != end) number = -1;
  }
  if (number < 0 || number > kLast)
    return Complaint{"A port must be a number from 0 to 65535; 0 is any free port.", ""};
  value = number;
  return std::nullopt;
}

std::optional<Complaint> glob(const std::string& text) {
  auto parsed = core::Glob::parse(text);
  if (parsed) return std::nullopt;
  return Complaint{"This is not a valid glob. " + parsed.error().message,
                   "* matches anything within a segment, ** any number of segments; \\ escapes a character"};
}

// Minutes since midnight of "HH:MM", the hour with one digit too, as Go reads it.
std::optional<int> timeOfDay(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits, int limit) -> std::optional<int> {
    int value = -1;
    const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || last != digits.data() + digits.size() || value < 0 || value >= limit)
      return std::nullopt;
    return value;
  };
  const auto hour = text.substr(0, colon);
  const auto minute = text.substr(colon + 1);
  if (hour.size() > 2 || minute.size() != 2) return std::nullopt;
  const auto hours = number(hour, 24);
  const auto minutes = number(minute, 60);
  return hours && minutes ? std::optional(*hours * 60 + *minutes) : std::nullopt;
}

std::optional<Complaint> timeWindow(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto dash = text.find('-');
  const auto start = timeOfDay(trim(text.substr(0, dash)));
  const auto end = dash == std::string_view::npos ? std::nullopt : timeOfDay(trim(text.substr(dash + 1)));
  if (!start || !end) return Complaint{"Write the hours as HH:MM-HH:MM in UTC, for example 01:00-08:00.", ""};
  if (*start == *end) return Complaint{"The window must not start and end at the same time.", ""};
  return std::nullopt;
}

std::optional<Complaint> path(const std::string& text) {
  if (text.find('\0') != std::string::npos) return Complaint{"A path must not contain NUL.", ""};
  return std::nullopt;
}

std::optional<Complaint> checkText(ValueFormat format, const std::string& text) {
  switch (format) {
    case ValueFormat::Glob:
      return glob(text);
    case ValueFormat::Re2: {
      auto regex = core::toRe2(text);
      return regex ? std::nullopt : complain(std::move(regex.error()));
    }
    case ValueFormat::TimeWindow:
      return timeWindow(text);
    case ValueFormat::Path:
      return path(text);
    case ValueFormat::Address:
      return checkAddress(text);
    case ValueFormat::Network:
      return checkNetwork(text);
    case ValueFormat::Host:
      return checkHost(text);
    case ValueFormat::HttpPath:
      return checkMetricsPath(text);
    case ValueFormat::Origin:
      return checkOrigin(text);
    case ValueFormat::Platform:
      return platform(text);
    case ValueFormat::Route:
      return checkRoute(text);
    case ValueFormat::Url:
      return checkUrl(text);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string expectation(const SchemaNode& node) {
  switch (node.format) {
    case ValueFormat::Duration:
      return "a duration such as 300ms, 5m or 1h30m";
    case ValueFormat::Bytes:
      return "a number of bytes such as 512MiB or 10GB";
    case ValueFormat::BytesOrPercent:
      return "a number of bytes such as 500GiB, or a percentage such as 80%";
    case ValueFormat::Percent:
      return "a percentage such as 85%";
    case ValueFormat::Port:
      return "a port number";
    default:
      break;
  }
  if (node.allows(Kind::Object)) return "an object";
  if (node.allows(Kind::Array)) return "a list";
  if (node.allows(Kind::Boolean)) return "true or false";
  if (node.allows(Kind::Integer)) return "an integer";
  if (node.allows(Kind::Number)) return "a number";
  return "a string";
}

std::optional<Complaint> checkFormat(const SchemaNode& node, Json& value) {
  switch (node.format) {
    case ValueFormat::None:
      return std::nullopt;
    case ValueFormat::Duration:
      return duration(node, value);
    case ValueFormat::Bytes:
      return bytes(value, false);
    case ValueFormat::BytesOrPercent:
      return bytes(value, true);
    case ValueFormat::Percent:
      return percent(value);
    case ValueFormat::Port:
      return port(value);
    default:
      return checkText(node.format, value.get_ref<const std::string&>());
  }
}

std::optional<Complaint> checkName(ValueFormat format, const std::string& name) {
  return checkText(format, name);
}

}  // namespace larder::config
