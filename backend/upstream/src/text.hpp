// ASCII text helpers of this library; protocol text is never a matter of the locale.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace larder::upstream {

inline char lowerCase(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

inline std::string lowerCase(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return lowerCase(c); });
  return out;
}

inline bool equalIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lowerCase(x) == lowerCase(y); });
}

inline std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// For a value in a query (RFC 3986, section 2.1).
std::string percentEncode(std::string_view text);
// RFC 4648, section 4.
std::string base64(std::string_view data);

}  // namespace larder::upstream
