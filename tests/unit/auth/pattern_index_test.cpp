#include "access/pattern_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace larder::auth {
namespace {

std::vector<core::Glob> globs(const std::vector<std::string>& patterns) {
  std::vector<core::Glob> list;
  for (const auto& pattern : patterns) list.push_back(core::Glob::parse(pattern).value());
  return list;
}

std::string longest(const std::vector<std::string>& patterns, std::string_view name) {
  auto index = PatternIndex(globs(patterns)).longestMatch(name);
  return index ? patterns[*index] : "(none)";
}

TEST(PatternIndex, ChoosesTheLongestThatMatches) {
  std::vector<std::string> patterns = {"**", "team/**", "team/app-*", "team/app-1", "other/**"};
  EXPECT_EQ(longest(patterns, "nginx"), "**");
  EXPECT_EQ(longest(patterns, "team/x"), "team/**");
  EXPECT_EQ(longest(patterns, "team"), "team/**");
  EXPECT_EQ(longest(patterns, "teams/x"), "**");
  EXPECT_EQ(longest(patterns, "team/app-2"), "team/app-*");
  EXPECT_EQ(longest(patterns, "team/app-2/debug"), "team/**");
  EXPECT_EQ(longest(patterns, "team/app-1"), "team/app-*");  // as long, and first in the list
}

TEST(PatternIndex, CountsThePatternAsWrittenNotWhatItMatches) {
  EXPECT_EQ(longest({"team/app", "{team,group,crew}/*"}, "team/app"), "{team,group,crew}/*");
  EXPECT_EQ(longest({"team/application", "team/**/**"}, "team/application"), "team/application");
}

TEST(PatternIndex, ChoosesTheFirstOfEquallyLongOnes) {
  EXPECT_EQ(longest({"a/*", "*/b"}, "a/b"), "a/*");
  EXPECT_EQ(longest({"*/b", "a/*"}, "a/b"), "*/b");
  EXPECT_EQ(longest({"a/b", "a/*"}, "a/b"), "a/b");
  EXPECT_EQ(longest({"a/*", "a/b"}, "a/b"), "a/*");
}

TEST(PatternIndex, FindsNothingWhereNothingMatches) {
  EXPECT_EQ(longest({}, "nginx"), "(none)");
  EXPECT_EQ(longest({"team/**", "x"}, "nginx"), "(none)");
  EXPECT_EQ(longest({"*"}, "team/nginx"), "(none)");
}

TEST(PatternIndex, AgreesWithTryingEveryGlob) {
  std::vector<std::string> patterns = {"**",     "*",      "a",    "a/*",    "a/**",  "a/b",        "a/b/**",  "a*/**",
                                       "*/b",    "**/b",   "a/?",  "a/[bc]", "{a,b}", "a/{b,c/**}", "a**",     "a/b**",
                                       "a/**/c", "a/b\\*", "b/**", "ab/**",  "b/*/c", "**/c/**",    "{a,b}/**"};
  std::vector<std::string> names = {"a",    "b",    "ab",    "abc",     "a/b", "a/c",   "a/bc",  "a/b/c",
                                    "ab/c", "b/a",  "b/a/c", "a/b/c/d", "c",   "c/b",   "x/y/b", "a/x/y/c",
                                    "a/b*", "ab/b", "a/",    "aa/b",    "b",   "b/b/b", "x/c/y", "c/c"};
  auto parsed = globs(patterns);
  // Every pair and every list that begins at one of them, so that winners of all kinds meet.
  for (std::size_t first = 0; first < patterns.size(); ++first) {
    for (std::size_t last = first + 1; last <= patterns.size(); ++last) {
      std::vector<core::Glob> list(parsed.begin() + static_cast<std::ptrdiff_t>(first),
                                   parsed.begin() + static_cast<std::ptrdiff_t>(last));
      PatternIndex index(list);
      for (const auto& name : names) {
        std::optional<std::size_t> expected;
        for (std::size_t i = 0; i < list.size(); ++i) {
          if (!list[i].matches(name)) continue;
          if (!expected || list[i].pattern().size() > list[*expected].pattern().size()) expected = i;
        }
        ASSERT_EQ(index.longestMatch(name), expected) << name << " in " << first << ".." << last;
      }
    }
  }
}

}  // namespace
}  // namespace larder::auth
