#include "larder/core/glob.hpp"

#include "glob_compile.hpp"

namespace larder::core {

struct Glob::Program {
  std::vector<glob::Tokens> alternatives;
};

namespace glob {
namespace {

char32_t takeEscaped(std::string_view& text) {
  const auto c = takeCodePoint(text);
  return c == U'\\' && !text.empty() ? takeCodePoint(text) : c;
}

// `text` begins after the `[`.
Token takeClass(std::string_view& text) {
  Token token;
  token.kind = Kind::Class;
  if (text.starts_with('!') || text.starts_with('^')) {
    token.negated = true;
    text.remove_prefix(1);
  }
  while (!text.starts_with(']')) {
    const auto low = takeEscaped(text);
    auto high = low;
    if (text.size() > 1 && text[0] == '-' && text[1] != ']') {
      text.remove_prefix(1);
      high = takeEscaped(text);
    }
    token.ranges.emplace_back(low, high);
  }
  text.remove_prefix(1);
  return token;
}

// `text` begins after the first `*`; `segmentStart` is whether that one begins a segment.
Token takeStar(std::string_view& text, bool segmentStart) {
  Token token;
  token.kind = Kind::Star;
  if (!text.starts_with('*')) return token;
  text.remove_prefix(1);
  if (!segmentStart) return token;
  if (text.empty()) {
    token.kind = Kind::Rest;
  } else if (text.starts_with('/')) {
    text.remove_prefix(1);
    token.kind = Kind::Directories;
  }
  return token;
}

}  // namespace

Tokens tokenize(std::string_view pattern) {
  Tokens tokens;
  while (!pattern.empty()) {
    const char c = pattern.front();
    const bool segmentStart = tokens.empty() || tokens.back().isSlash() || tokens.back().kind == Kind::Directories;
    if (c == '*' || c == '?' || c == '[') pattern.remove_prefix(1);
    if (c == '*') {
      tokens.push_back(takeStar(pattern, segmentStart));
    } else if (c == '[') {
      tokens.push_back(takeClass(pattern));
    } else {
      Token token;
      token.kind = c == '?' ? Kind::AnyChar : Kind::Literal;
      if (c != '?') token.literal = takeEscaped(pattern);
      tokens.push_back(std::move(token));
    }
  }
  return tokens;
}

}  // namespace glob

Glob::Glob(std::string pattern, std::shared_ptr<const Program> program)
    : pattern_(std::move(pattern)), program_(std::move(program)) {}

Result<Glob> Glob::parse(std::string_view pattern) {
  auto expanded = glob::expandBraces(pattern);
  if (!expanded) return fail(std::move(expanded.error()));
  auto program = std::make_shared<Program>();
  program->alternatives.reserve(expanded->size());
  for (const auto& alternative : *expanded) program->alternatives.push_back(glob::tokenize(alternative));
  return Glob{std::string(pattern), std::move(program)};
}

bool Glob::matches(std::string_view name) const {
  for (const auto& tokens : program_->alternatives) {
    if (glob::matches(tokens, name)) return true;
  }
  return false;
}

std::string_view Glob::literalPrefix() const {
  return std::string_view(pattern_).substr(0, pattern_.find_first_of("*?[{\\"));
}

}  // namespace larder::core
