#include <cstdint>
#include <optional>

#include "glob_compile.hpp"

namespace larder::core::glob {
namespace {

constexpr std::size_t kMaxPatternBytes = 4096;
constexpr std::size_t kMaxAlternatives = 1000;
constexpr std::size_t kMaxExpandedBytes = 64 * 1024;

tl::unexpected<Error> badAt(std::size_t position, std::string_view what) {
  return fail(ErrorCode::InvalidArgument, "At character " + std::to_string(position + 1) + ": " + std::string(what));
}

// The position after the class that opens at `at`, nothing if it does not end or is empty.
std::optional<std::size_t> skipClass(std::string_view pattern, std::size_t at) {
  ++at;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) ++at;
  if (at < pattern.size() && pattern[at] == ']') return std::nullopt;
  for (; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') {
      ++at;
    } else if (pattern[at] == ']') {
      return at + 1;
    }
  }
  return std::nullopt;
}

std::optional<Error> validate(std::string_view pattern) {
  std::vector<std::size_t> open;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    switch (pattern[at]) {
      case '\\':
        if (++at == pattern.size()) return badAt(at - 1, "a \\ must be followed by the character to escape.").value();
        break;
      case '[': {
        const auto end = skipClass(pattern, at);
        if (!end) return badAt(at, "the class is empty or has no closing ].").value();
        at = *end - 1;
        break;
      }
      case '{':
        open.push_back(at);
        break;
      case '}':
        if (open.empty()) return badAt(at, "there is no matching { for this }.").value();
        open.pop_back();
        break;
      default:
        break;
    }
  }
  if (!open.empty()) return badAt(open.back(), "the { has no matching }.").value();
  return std::nullopt;
}

// The outermost brace group of a valid pattern.
struct Group {
  std::size_t open, close;
  std::vector<std::string_view> alternatives;
};

std::optional<Group> firstGroup(std::string_view pattern) {
  std::size_t depth = 0, open = 0, start = 0;
  std::vector<std::string_view> alternatives;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\') {
      ++at;
    } else if (c == '[') {
      at = *skipClass(pattern, at) - 1;
    } else if (c == '{') {
      if (depth++ == 0) {
        open = at;
        start = at + 1;
      }
    } else if (c == ',' && depth == 1) {
      alternatives.push_back(pattern.substr(start, at - start));
      start = at + 1;
    } else if (c == '}' && --depth == 0) {
      alternatives.push_back(pattern.substr(start, at - start));
      return Group{open, at, std::move(alternatives)};
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<std::string>> expandBraces(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return fail(ErrorCode::TooLarge, "A pattern must have at most 4096 characters; split it.");
  }
  if (auto error = validate(pattern)) return fail(std::move(*error));
  const auto tooLarge = [] {
    return fail(ErrorCode::TooLarge, "The braces expand to too many alternatives; split the pattern.");
  };
  std::vector<std::string> done;
  // What is still to expand, the next one last.
  std::vector<std::string> pending{std::string(pattern)};
  std::size_t bytes = 0;
  while (!pending.empty()) {
    const auto text = std::move(pending.back());
    pending.pop_back();
    const auto group = firstGroup(text);
    if (!group) {
      bytes += text.size();
      done.push_back(text);
      if (done.size() > kMaxAlternatives || bytes > kMaxExpandedBytes) return tooLarge();
      continue;
    }
    if (pending.size() + group->alternatives.size() > kMaxAlternatives) return tooLarge();
    for (auto it = group->alternatives.rbegin(); it != group->alternatives.rend(); ++it) {
      pending.push_back(text.substr(0, group->open) + std::string(*it) + text.substr(group->close + 1));
    }
  }
  return done;
}

}  // namespace larder::core::glob
