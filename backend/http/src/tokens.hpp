// Characters of HTTP's grammar (RFC 9110, section 5.6.2; RFC 5234, appendix B.1).
#pragma once

#include <string_view>

namespace larder::http {

constexpr bool isTokenCharacter(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

// What a field value is made of: HTAB, SP, VCHAR and obs-text.
constexpr bool isFieldCharacter(unsigned char c) {
  return c == '\t' || (c >= ' ' && c != 0x7f);
}

// Of a hexadecimal digit; -1 for any other character.
constexpr int hexValue(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace larder::http
