// A glob as tokens. Private to core.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "larder/core/result.hpp"

namespace larder::core::glob {

enum class Kind : std::uint8_t {
  Literal,      // one code point
  AnyChar,      // `?`
  Class,        // `[…]`
  Star,         // `*`, or `**` within a segment
  Directories,  // `**/` at the start of a segment
  Rest,         // `**` as the last segment
};

struct Token {
  Kind kind = Kind::Literal;
  char32_t literal = 0;
  bool negated = false;
  std::vector<std::pair<char32_t, char32_t>> ranges;

  bool isSlash() const { return kind == Kind::Literal && literal == U'/'; }
};

using Tokens = std::vector<Token>;

// Takes one code point off `text`, which must not be empty. A byte that is no UTF-8 counts as a code point.
char32_t takeCodePoint(std::string_view& text);

// `pattern` without its braces: every alternative that they stand for, in order.
Result<std::vector<std::string>> expandBraces(std::string_view pattern);

// `pattern` must have passed expandBraces().
Tokens tokenize(std::string_view pattern);

bool matches(const Tokens& tokens, std::string_view name);

}  // namespace larder::core::glob
