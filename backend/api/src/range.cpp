#include "range.hpp"

#include <string>

#include <algorithm>

#include "fields.hpp"

namespace larder::api {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool isDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool hasBytesUnit(std::string_view text) {
  constexpr std::string_view kUnit = "bytes";
  return text.size() > kUnit.size() && std::equal(kUnit.begin(), kUnit.end(), text.begin(), [](char want, char got) {
           return want == (got >= 'A' && got <= 'Z' ? static_cast<char>(got - 'A' + 'a') : got);
         });
}

}  // namespace

Range parseRange(std::string_view field, std::uint64_t size) {
  if (!hasBytesUnit(field)) return WholeContent{};
  field = trim(field.substr(5));
  if (field.empty() || field.front() != '=') return WholeContent{};
  field = trim(field.substr(1));
  auto dash = field.find('-');
  if (dash == std::string_view::npos || field.find(',') != std::string_view::npos) return WholeContent{};
  auto from = trim(field.substr(0, dash));
  auto to = trim(field.substr(dash + 1));
  if ((!from.empty() && !isDigits(from)) || (!to.empty() && !isDigits(to)) || (from.empty() && to.empty())) {
    return WholeContent{};
  }
  if (from.empty()) {
    auto suffix = std::min(parseNumber(to).value_or(UINT64_MAX), size);
    if (suffix == 0) return Unsatisfiable{};
    return ByteRange{size - suffix, size - 1};
  }
  // A number beyond 64 bits lies beyond any content.
  auto first = parseNumber(from).value_or(UINT64_MAX);
  auto last = to.empty() ? UINT64_MAX : parseNumber(to).value_or(UINT64_MAX);
  if (first >= size || last < first) return Unsatisfiable{};
  return ByteRange{first, std::min(last, size - 1)};
}

Range rangeAsked(std::string_view range, std::string_view ifRange, std::string_view tag, std::uint64_t size) {
  bool counts = !range.empty() && (ifRange.empty() || ifRange == tag);
  return counts ? parseRange(range, size) : Range{};
}

std::string contentRange(const ByteRange& part, std::uint64_t size) {
  return "bytes " + std::to_string(part.first) + "-" + std::to_string(part.last) + "/" + std::to_string(size);
}

std::string unsatisfiedRange(std::uint64_t size) {
  return "bytes */" + std::to_string(size);
}

core::Result<ByteRange> parseChunkRange(std::string_view field) {
  auto text = trim(field);
  if (hasBytesUnit(text)) {
    text = trim(text.substr(5));
    text = text.substr(0, text.find('/'));
  }
  auto dash = text.find('-');
  if (dash != std::string_view::npos) {
    auto first = parseNumber(text.substr(0, dash));
    auto last = parseNumber(text.substr(dash + 1));
    if (first && last && *first <= *last && *last != UINT64_MAX) return ByteRange{*first, *last};
  }
  return core::fail(core::ErrorCode::RangeInvalid,
                    "The Content-Range field must be <first>-<last>, both inclusive: 0-1023.", std::string(field));
}

}  // namespace larder::api
