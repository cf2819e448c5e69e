// Globs with doublestar's meaning: `*` and `?` within a segment, `**` across segments, `[a-z]` and `[!a-z]` classes,
// `{a,b}` alternatives (nested too, expanded before anything else), `\` escapes. `**` that is not a whole segment is
// `*`; "a/**" matches "a" too.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::core {

// A checked pattern. Immutable, thread-safe, cheap to copy; matching is linear in practice, never exponential, and
// allocates nothing.
class Glob {
 public:
  // InvalidArgument with the offending position for an unclosed class or brace, a `}` too many or a trailing `\`;
  // TooLarge for a pattern of more than 4 KiB, or whose braces stand for more than 1,000 alternatives or 64 KiB.
  static Result<Glob> parse(std::string_view pattern);

  bool matches(std::string_view name) const;
  const std::string& pattern() const { return pattern_; }
  // The part before the first meta character: "team/app-" of "team/app-*"; the whole of a pattern without any.
  std::string_view literalPrefix() const;
  bool hasMeta() const { return literalPrefix().size() != pattern_.size(); }

 private:
  struct Program;
  Glob(std::string pattern, std::shared_ptr<const Program> program);
  std::string pattern_;
  std::shared_ptr<const Program> program_;
};

}  // namespace larder::core
