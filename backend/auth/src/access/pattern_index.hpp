// Finds the longest glob that matches a repository among any number of them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "larder/core/glob.hpp"
#include "name_map.hpp"

namespace larder::auth {

// Immutable, so thread-safe; looking up allocates nothing.
class PatternIndex {
 public:
  explicit PatternIndex(const std::vector<core::Glob>& patterns);

  // The index in `patterns` of the longest that matches, counted in bytes of the pattern as written. Of equally long
  // ones the first in the list, where Zot picks either at random.
  std::optional<std::size_t> longestMatch(std::string_view repository) const;
  // All that match, the one that longestMatch() finds first; all there are for "".
  std::vector<std::size_t> allMatches(std::string_view repository) const;

 private:
  struct Pattern {
    core::Glob glob;
    std::size_t index;
    // How much of the pattern every name that matches begins with. A slash at its end is left out, since "team/**"
    // matches "team".
    std::size_t prefixLength;
    // The pattern is `**` or ends in the only meta characters `/**`: then a comparison of the prefix decides.
    bool takesSubtree;

    bool matches(std::string_view repository) const;
    bool goesBefore(const Pattern& other) const;
  };
  using Patterns = std::vector<Pattern>;

  static Pattern compile(const core::Glob& glob, std::size_t index);
  static const Pattern* firstMatch(const Patterns& patterns, std::string_view repository);

  // Longest first. Patterns whose first segment is literal are found by it: with a rule for each of hundreds of teams
  // only those of one team are tried.
  NameMap<Patterns> byFirstSegment_;
  Patterns others_;
};

}  // namespace larder::auth
