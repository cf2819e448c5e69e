#include "larder/core/regex.hpp"

#include <re2/re2.h>

namespace larder::core {
namespace {

// The length of the construct at the front of `text` in which a parenthesis means itself (an escape, a quotation
// `\Q…\E`, a class), or 0.
std::size_t literalLength(std::string_view text) {
  const auto upTo = [text](std::size_t end, std::size_t width) {
    return end == std::string_view::npos ? text.size() : end + width;
  };
  if (text.starts_with("\\Q")) return upTo(text.find("\\E", 2), 2);
  if (text.front() == '\\') return std::min<std::size_t>(2, text.size());
  if (text.front() != '[') return 0;
  // A `]` directly after the opening, or after its `^`, is a member.
  std::size_t at = text.starts_with("[^") ? 2 : 1;
  if (at < text.size() && text[at] == ']') ++at;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '[' && text.substr(at).starts_with("[:")) {
      at = upTo(text.find(":]", at), 1);
    } else if (text[at] == ']') {
      return at + 1;
    }
  }
  return text.size();
}

bool opensNamedGroup(std::string_view text) {
  return text.size() > 3 && text.starts_with("(?<") && text[3] != '=' && text[3] != '!';
}

}  // namespace

Result<std::string> toRe2(std::string_view pattern) {
  std::string text;
  text.reserve(pattern.size() + 8);
  for (auto rest = pattern; !rest.empty();) {
    if (rest.starts_with("\\C")) {
      return fail(ErrorCode::InvalidArgument, "The regex uses \\C, which Go's syntax does not support; use . instead.");
    }
    if (const auto length = literalLength(rest); length > 0) {
      text += rest.substr(0, length);
      rest.remove_prefix(length);
    } else if (opensNamedGroup(rest)) {
      text += "(?P<";
      rest.remove_prefix(3);
    } else {
      text += rest.front();
      rest.remove_prefix(1);
    }
  }
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex(text, options);
  if (!regex.ok()) return fail(ErrorCode::InvalidArgument, "The regex is not valid: " + regex.error() + ".");
  return text;
}

}  // namespace larder::core
