#include "text.hpp"

#include <algorithm>
#include <array>

namespace larder::config {
namespace {

constexpr std::size_t kMaxShown = 80;
constexpr std::size_t kMaxPath = 512;

char printableChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f ? '?' : c;
}

// Whether a character of UTF-8 cannot begin with this byte.
bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}
// Longer texts than any key are not compared; the cost is the product of the lengths.
constexpr std::size_t kMaxCompared = 48;

char lowerChar(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// How many insertions, deletions, substitutions and swaps of neighbours lead from `a` to `b`.
std::size_t editDistance(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, kMaxCompared + 1>, kMaxCompared + 1> cost;
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + differs});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lowerChar);
  return result;
}

bool equalIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lowerChar(x) == lowerChar(y); });
}

std::string_view trim(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

std::vector<std::string> splitCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto part = trim(text.substr(0, comma)); !part.empty()) parts.emplace_back(part);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return parts;
}

std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, kMaxShown)) result += printableChar(c);
  // Not within a character of several bytes.
  if (text.size() > kMaxShown) {
    while (!result.empty() && continues(text[result.size()])) result.pop_back();
    result += "\u2026";
  }
  return result;
}

std::string quote(std::string_view text) {
  return '"' + printable(text) + '"';
}

std::string quotePath(const std::filesystem::path& path) {
  std::string_view text = path.native();
  std::string result = "\"";
  if (text.size() > kMaxPath) {
    result += "\u2026";
    text.remove_prefix(text.size() - kMaxPath);
    while (!text.empty() && continues(text.front())) text.remove_prefix(1);
  }
  for (const char c : text) result += printableChar(c);
  return result + '"';
}

std::string dotted(const std::string& place, const std::string& key) {
  return place.empty() ? key : place + "." + key;
}

std::string join(std::span<const std::string> texts) {
  std::string result;
  for (const auto& text : texts) {
    if (!result.empty()) result += ", ";
    result += text;
  }
  return result;
}

std::string nearest(std::string_view text, std::span<const std::string> candidates) {
  if (text.size() > kMaxCompared) return {};
  const auto wanted = lower(text);
  // A third of the letters may be wrong, two in short words.
  std::size_t best = std::max<std::size_t>(2, wanted.size() / 3) + 1;
  std::string found;
  for (const auto& candidate : candidates) {
    if (candidate.size() > kMaxCompared) continue;
    const auto distance = editDistance(wanted, lower(candidate));
    // No letter in common is no likeness.
    if (distance < best && distance < std::max(wanted.size(), candidate.size())) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

}  // namespace larder::config
