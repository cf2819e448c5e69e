// Globs with doublestar's meaning: `*` and `?` within a segment, `**` across segments, `[a-z]` and `[!a-z]` classes,
// `{a,b}` alternatives (nested too), `\` escapes.
#pragma once

#include <string>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::core {

// A checked pattern. Cheap to copy; matching is linear in practice and never exponential.
class Glob {
 public:
  // InvalidArgument with the offending position for an unclosed class or brace, or a trailing `\`.
  static Result<Glob> parse(std::string_view pattern);

  bool matches(std::string_view name) const;
  const std::string& pattern() const { return pattern_; }
  // The part before the first meta character: "team/app-" of "team/app-*"; the whole of a pattern without any.
  std::string_view literalPrefix() const;
  bool hasMeta() const { return literalPrefix().size() != pattern_.size(); }

 private:
  explicit Glob(std::string pattern) : pattern_(std::move(pattern)) {}
  std::string pattern_;
};

}  // namespace larder::core
