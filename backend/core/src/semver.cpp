#include "larder/core/semver.hpp"

#include <algorithm>
#include <charconv>

#include "ascii.hpp"

namespace larder::core {
namespace {

// A tag has at most 128 characters; a longer text is no version that anyone meant.
constexpr std::size_t kMaxVersion = 256;

bool isIdentifierChar(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

bool isNumeric(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, isDigit);
}

std::optional<std::uint64_t> toNumber(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (!isNumeric(text) || error != std::errc{} || last != end) return std::nullopt;
  return value;
}

// Takes the part up to the next dot off `text`.
std::string_view nextIdentifier(std::string_view& text) {
  const auto dot = text.find('.');
  const auto part = text.substr(0, dot);
  text = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  return part;
}

bool areIdentifiers(std::string_view text) {
  if (text.empty() || text.back() == '.') return false;
  while (!text.empty()) {
    const auto part = nextIdentifier(text);
    if (part.empty() || !std::ranges::all_of(part, isIdentifierChar)) return false;
  }
  return true;
}

std::strong_ordering compareIdentifiers(std::string_view a, std::string_view b) {
  if (isNumeric(a) != isNumeric(b)) return isNumeric(a) ? std::strong_ordering::less : std::strong_ordering::greater;
  if (!isNumeric(a)) return a <=> b;
  // Numbers without leading zeros compare by length first, whatever their size.
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
}

std::strong_ordering comparePrereleases(std::string_view a, std::string_view b) {
  // A version without a prerelease comes after those with one.
  if (a.empty() || b.empty()) return b.size() <=> a.size();
  while (!a.empty() && !b.empty()) {
    if (const auto order = compareIdentifiers(nextIdentifier(a), nextIdentifier(b)); order != 0) return order;
  }
  return a.size() <=> b.size();
}

}  // namespace

std::optional<SemVer> SemVer::parse(std::string_view text) {
  if (text.size() > kMaxVersion) return std::nullopt;
  if (text.starts_with('v')) text.remove_prefix(1);

  SemVer version;
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    const auto metadata = text.substr(plus + 1);
    if (!areIdentifiers(metadata)) return std::nullopt;
    version.metadata = metadata;
    text = text.substr(0, plus);
  }
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    const auto prerelease = text.substr(dash + 1);
    if (!areIdentifiers(prerelease)) return std::nullopt;
    version.prerelease = prerelease;
    text = text.substr(0, dash);
  }
  if (text.empty() || text.back() == '.') return std::nullopt;
  for (auto* field : {&version.major, &version.minor, &version.patch}) {
    if (text.empty()) break;
    const auto number = toNumber(nextIdentifier(text));
    if (!number) return std::nullopt;
    *field = *number;
  }
  if (!text.empty()) return std::nullopt;
  return version;
}

std::strong_ordering SemVer::compare(const SemVer& other) const {
  if (const auto order = major <=> other.major; order != 0) return order;
  if (const auto order = minor <=> other.minor; order != 0) return order;
  if (const auto order = patch <=> other.patch; order != 0) return order;
  return comparePrereleases(prerelease, other.prerelease);
}

}  // namespace larder::core
