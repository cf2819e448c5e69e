#include "coerce.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "text.hpp"

namespace larder::config {
namespace {

constexpr double kMaxExactInteger = 9007199254740992.0;  // 2^53

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || last != end) return std::nullopt;
  return value;
}

// The spellings of Go's strconv.ParseBool.
std::optional<bool> truth(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "true", "True", "TRUE"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "False", "FALSE"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

bool isWhole(const Json& value) {
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const auto number = value.get<double>();
  return std::trunc(number) == number && std::abs(number) <= kMaxExactInteger;
}

}  // namespace

bool hasAllowedKind(const SchemaNode& node, const Json& value) {
  if (value.is_string()) return node.allows(Kind::String);
  if (value.is_boolean()) return node.allows(Kind::Boolean);
  if (value.is_array()) return node.allows(Kind::Array);
  if (value.is_object()) return node.allows(Kind::Object);
  if (!value.is_number()) return false;
  // A bare number is a duration in nanoseconds.
  if (node.format == ValueFormat::Duration) return isWhole(value);
  return node.allows(Kind::Number) || (node.allows(Kind::Integer) && isWhole(value));
}

Json coerce(const SchemaNode& node, const Json& value) {
  if (value.is_number_float() && isWhole(value) && !node.allows(Kind::Number)) {
    return coerce(node, Json(static_cast<std::int64_t>(value.get<double>())));
  }
  if (hasAllowedKind(node, value)) return value;
  if (node.allows(Kind::Array)) return Json::array({value});
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (node.allows(Kind::Boolean)) {
      if (const auto parsed = truth(text)) return *parsed;
    }
    if (node.allows(Kind::Integer)) {
      if (const auto parsed = number<std::int64_t>(text)) return *parsed;
    }
    if (node.allows(Kind::Number)) {
      if (const auto parsed = number<double>(text); parsed && std::isfinite(*parsed)) return *parsed;
    }
  }
  if (value.is_number_integer() && node.allows(Kind::Boolean)) return value.get<std::int64_t>() != 0;
  if (value.is_number() && node.allows(Kind::String)) return value.dump();
  return value;
}

std::string describe(const Json& value, bool secret) {
  if (value.is_string()) return secret ? "a string" : "the string " + quote(value.get_ref<const std::string&>());
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return secret ? "a number" : "the number " + value.dump();
  if (value.is_array()) return "a list";
  return value.is_object() ? "an object" : "empty";
}

}  // namespace larder::config
