#include <algorithm>
#include <optional>

#include "glob_compile.hpp"

namespace larder::core::glob {
namespace {

bool matchesOne(const Token& token, char32_t c) {
  switch (token.kind) {
    case Kind::Literal:
      return token.literal == c;
    case Kind::AnyChar:
      return c != U'/';
    case Kind::Class:
      return std::ranges::any_of(token.ranges, [c](const auto& r) { return r.first <= c && c <= r.second; }) !=
             token.negated;
    case Kind::Star:
    case Kind::Directories:
    case Kind::Rest:
      return false;
  }
  return false;
}

// Whether the tokens from `at` on match nothing at all: `*`, or directories that need not be there.
bool matchEmpty(const Tokens& tokens, std::size_t at) {
  auto left = tokens.size() - at;
  if (left == 0) return true;
  if (left == 1 && tokens[at].kind == Kind::Star) return true;
  if (left == 2 && tokens[at].isSlash()) {
    ++at;
    --left;
  }
  return left == 1 && (tokens[at].kind == Kind::Directories || tokens[at].kind == Kind::Rest);
}

// Where to go on after a mismatch: the token after a wildcard, and the part of the name that it has not taken yet.
struct Retry {
  std::size_t token;
  std::string_view name;
};

// Lets the last wildcard take more; nothing if there is none that can.
bool backtrack(std::optional<Retry>& star, std::optional<Retry>& directories, std::size_t& at, std::string_view& name) {
  if (star && !star->name.starts_with('/')) {
    takeCodePoint(star->name);
    at = star->token;
    name = star->name;
    return true;
  }
  if (!directories) return false;
  const auto slash = directories->name.find('/');
  if (slash == std::string_view::npos) return false;
  directories->name.remove_prefix(slash + 1);
  star.reset();
  at = directories->token;
  name = directories->name;
  return true;
}

}  // namespace

char32_t takeCodePoint(std::string_view& text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  char32_t value = lead;
  if (length > 1 && length <= text.size()) {
    value = lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xc0) != 0x80) {
        text.remove_prefix(1);
        return lead;
      }
      value = value << 6 | (byte(i) & 0x3fU);
    }
    text.remove_prefix(length);
    return value;
  }
  text.remove_prefix(1);
  return value;
}

// Greedy with one retry point for `*` and one for `**`: an earlier wildcard never has to take more once a later one of
// its kind is reached, so the cost is at most the product of the lengths.
bool matches(const Tokens& tokens, std::string_view name) {
  std::size_t at = 0;
  std::optional<Retry> star, directories;
  while (!name.empty()) {
    if (at < tokens.size()) {
      const auto& token = tokens[at];
      if (token.kind == Kind::Rest) return true;
      if (token.kind == Kind::Directories) {
        ++at;
        directories = Retry{at, name};
        star.reset();
        continue;
      }
      if (token.kind == Kind::Star) {
        ++at;
        star = Retry{at, name};
        continue;
      }
      auto rest = name;
      if (matchesOne(token, takeCodePoint(rest))) {
        name = rest;
        ++at;
        continue;
      }
    }
    if (!backtrack(star, directories, at, name)) return false;
  }
  return matchEmpty(tokens, at);
}

}  // namespace larder::core::glob
