#include "sources/oci/content_range.hpp"

#include <charconv>

#include "text.hpp"

namespace larder::upstream {
namespace {

constexpr std::string_view kUnit = "bytes ";

bool takeNumber(std::string_view& text, std::uint64_t& number) {
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, std::string_view literal) {
  if (!equalIgnoringCase(text.substr(0, literal.size()), literal)) return false;
  text.remove_prefix(literal.size());
  return true;
}

}  // namespace

std::optional<ContentRange> parseContentRange(std::string_view text) {
  text = trim(text);
  ContentRange range;
  bool good = take(text, kUnit) && takeNumber(text, range.first) && take(text, "-") && takeNumber(text, range.last) &&
              take(text, "/") && range.first <= range.last;
  if (!good) return std::nullopt;
  if (text == "*") return range;
  std::uint64_t size = 0;
  if (!takeNumber(text, size) || !text.empty() || range.last >= size) return std::nullopt;
  range.size = size;
  return range;
}

std::optional<std::uint64_t> parseUnsatisfiedRange(std::string_view text) {
  text = trim(text);
  std::uint64_t size = 0;
  if (!take(text, kUnit) || !take(text, "*/") || !takeNumber(text, size) || !text.empty()) return std::nullopt;
  return size;
}

}  // namespace larder::upstream
