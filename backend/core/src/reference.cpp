#include "larder/core/reference.hpp"

#include <algorithm>

namespace larder::core {
namespace {

bool isLowerAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool isTagStart(char c) {
  return isLowerAlnum(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

// Reads one separator `.`, `_`, `__` or any number of `-` at `at`, and returns what follows it.
std::size_t skipSeparator(std::string_view text, std::size_t at) {
  if (text[at] == '.') return at + 1;
  if (text[at] == '_') return at + (at + 1 < text.size() && text[at + 1] == '_' ? 2 : 1);
  while (at < text.size() && text[at] == '-') ++at;
  return at;
}

bool isPathComponent(std::string_view text) {
  std::size_t at = 0;
  while (true) {
    const auto start = at;
    while (at < text.size() && isLowerAlnum(text[at])) ++at;
    if (at == start) return false;
    if (at == text.size()) return true;
    at = skipSeparator(text, at);
  }
}

}  // namespace

bool isRepositoryName(std::string_view name) {
  if (name.size() > kMaxRepositoryName) return false;
  while (true) {
    const auto slash = name.find('/');
    if (!isPathComponent(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool isTag(std::string_view tag) {
  return !tag.empty() && tag.size() <= kMaxTag && isTagStart(tag.front()) &&
         std::ranges::all_of(tag, [](char c) { return isTagStart(c) || c == '.' || c == '-'; });
}

Result<Reference> Reference::parse(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    auto digest = Digest::parse(text);
    if (!digest) return fail(std::move(digest.error()));
    return Reference{*digest};
  }
  if (!core::isTag(text)) {
    return fail(ErrorCode::TagInvalid,
                "A tag must have 1 to 128 of the characters A-Z a-z 0-9 _ . - and must not start with . or -.");
  }
  return Reference{std::string(text)};
}

}  // namespace larder::core
