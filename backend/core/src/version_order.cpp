#include "larder/core/version_order.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace larder::core {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view takeDigits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && isDigit(text[n])) ++n;
  auto digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

// Of any length: nothing overflows.
std::strong_ordering compareNumbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

struct Parts {
  bool isVersion = false;
  std::string_view numbers;  // "1.27.0"
  std::string_view rest;     // "-rc1"
  int rank = 1;              // 0: a pre-release, 1: the version itself, 2: a variant of it
};

bool isPreRelease(std::string_view rest) {
  constexpr std::array<std::string_view, 10> kWords{"alpha",    "beta",    "rc",      "pre", "dev",
                                                    "snapshot", "nightly", "preview", "m",   "canary"};
  rest.remove_prefix(std::min(rest.find_first_not_of("-._"), rest.size()));
  std::size_t n = 0;
  while (n < rest.size() && !isDigit(rest[n]) && rest[n] != '-' && rest[n] != '.' && rest[n] != '_') ++n;
  auto word = rest.substr(0, n);
  return std::ranges::any_of(kWords, [&](std::string_view known) {
    return std::ranges::equal(word, known, [](char a, char b) { return lower(a) == b; });
  });
}

Parts partsOf(std::string_view tag) {
  Parts parts;
  auto text = tag;
  if (text.size() > 1 && lower(text.front()) == 'v' && isDigit(text[1])) text.remove_prefix(1);
  std::size_t n = 0;
  while (n < text.size() && (isDigit(text[n]) || (text[n] == '.' && n + 1 < text.size() && isDigit(text[n + 1])))) ++n;
  if (n == 0 || !isDigit(text.front())) return parts;
  parts.isVersion = true;
  parts.numbers = text.substr(0, n);
  parts.rest = text.substr(n);
  if (!parts.rest.empty()) parts.rank = isPreRelease(parts.rest) ? 0 : 2;
  return parts;
}

// Runs of digits as numbers, all else as bytes.
std::strong_ordering compareNaturally(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (isDigit(a.front()) && isDigit(b.front())) {
      if (auto order = compareNumbers(takeDigits(a), takeDigits(b)); order != 0) return order;
      continue;
    }
    if (a.front() != b.front()) {
      return static_cast<unsigned char>(a.front()) <=> static_cast<unsigned char>(b.front());
    }
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() <=> b.size();
}

}  // namespace

std::strong_ordering compareAsVersions(std::string_view a, std::string_view b) {
  auto left = partsOf(a);
  auto right = partsOf(b);
  if (left.isVersion != right.isVersion) {
    return left.isVersion ? std::strong_ordering::greater : std::strong_ordering::less;
  }
  if (auto order = compareNaturally(left.numbers, right.numbers); order != 0) return order;
  if (left.rank != right.rank) return left.rank <=> right.rank;
  if (auto order = compareNaturally(left.rest, right.rest); order != 0) return order;
  return a.compare(b) <=> 0;
}

}  // namespace larder::core
