#include "yaml_scalar.hpp"

#include <charconv>
#include <cmath>
#include <optional>

namespace larder::config {
namespace {

template <class T>
std::optional<T> wholeNumber(std::string_view text, int base) {
  T value{};
  const auto* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || last != end) return std::nullopt;
  return value;
}

std::optional<double> decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  // from_chars knows "inf" and "nan" too, which are text here.
  if (text.find_first_of("0123456789") == std::string_view::npos ||
      text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) {
    return std::nullopt;
  }
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || last != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

Json plainScalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const std::string_view view(text);
  if (view.starts_with("0x")) {
    if (const auto value = wholeNumber<std::uint64_t>(view.substr(2), 16)) return *value;
  } else if (view.starts_with("0o")) {
    if (const auto value = wholeNumber<std::uint64_t>(view.substr(2), 8)) return *value;
  } else if (view.starts_with('-')) {
    if (const auto value = wholeNumber<std::int64_t>(view, 10)) return *value;
  } else if (const auto value = wholeNumber<std::uint64_t>(view.substr(view.starts_with('+') ? 1 : 0), 10)) {
    return *value;
  }
  if (const auto value = decimal(view)) return *value;
  return text;
}

}  // namespace larder::config
