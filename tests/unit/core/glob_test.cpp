#include "larder/core/glob.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "doublestar_table.hpp"

namespace larder::core {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  const auto glob = Glob::parse(pattern);
  EXPECT_TRUE(glob) << pattern << ": " << glob.error().message;
  return glob && glob->matches(name);
}

TEST(Glob, MatchesAsDoublestarDoes) {
  for (const auto& [pattern, row] : kGlobRows) {
    ASSERT_EQ(row.size(), kGlobNames.size());
    for (std::size_t i = 0; i < kGlobNames.size(); ++i) {
      EXPECT_EQ(matches(pattern, kGlobNames[i]), row[i] == '1') << pattern << " with " << kGlobNames[i];
    }
  }
}

TEST(Glob, CountsCharactersNotBytes) {
  EXPECT_TRUE(matches("?", "\u00e9"));
  EXPECT_TRUE(matches("[\u00e0-\u00ef]x", "\u00e9x"));
  EXPECT_FALSE(matches("??", "\u00e9"));
  EXPECT_TRUE(matches("?", "\xff"));
  EXPECT_TRUE(matches("??", "\xc3x"));
}

TEST(Glob, NestsBraces) {
  for (const auto* name : {"a", "bd", "cd", "be", "ce"}) EXPECT_TRUE(matches("{a,{b,c}{d,e}}", name)) << name;
  EXPECT_FALSE(matches("{a,{b,c}{d,e}}", "b"));
  EXPECT_TRUE(matches("{[,}],x}", "}"));
  EXPECT_TRUE(matches("{\\,,\\}}", ","));
}

TEST(Glob, RefusesMalformedPatternsWithThePosition) {
  const std::pair<const char*, const char*> cases[] = {
      {"ab[c", "character 3"}, {"[]", "character 1"},    {"[!]", "character 1"},   {"a{b,c", "character 2"},
      {"a}", "character 2"},   {"abc\\", "character 4"}, {"{a{b}", "character 1"}, {"[a\\]", "character 1"},
  };
  for (const auto& [pattern, position] : cases) {
    const auto glob = Glob::parse(pattern);
    ASSERT_FALSE(glob) << pattern;
    EXPECT_EQ(glob.error().code, ErrorCode::InvalidArgument) << pattern;
    EXPECT_NE(glob.error().message.find(position), std::string::npos) << glob.error().message;
  }
}

TEST(Glob, BoundsWhatBracesStandFor) {
  std::string pattern;
  for (int i = 0; i < 30; ++i) pattern += "{a,b}";
  EXPECT_EQ(Glob::parse(pattern).error().code, ErrorCode::TooLarge);
  EXPECT_EQ(Glob::parse(std::string(5000, 'a')).error().code, ErrorCode::TooLarge);
  EXPECT_EQ(Glob::parse("{" + std::string(2000, ',') + "}").error().code, ErrorCode::TooLarge);
}

TEST(Glob, DoesNotGrowExponentiallyWithItsStars) {
  std::string pattern, name(4000, 'a');
  for (int i = 0; i < 30; ++i) pattern += "*a";
  pattern += "b";
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "a/";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(matches(pattern, name));
  EXPECT_FALSE(matches("**/a/**/a/**/a/**/a/**/a/**/b", deep + "c"));
  // Exponential matching would take years.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(Glob, KnowsItsLiteralPrefix) {
  const std::pair<const char*, const char*> cases[] = {
      {"team/app-*", "team/app-"}, {"**", ""}, {"a/b", "a/b"}, {"a{b,c}", "a"}, {"a[b]", "a"}, {"a?b", "a"}, {"", ""},
  };
  for (const auto& [pattern, prefix] : cases) {
    const auto glob = Glob::parse(pattern);
    ASSERT_TRUE(glob);
    EXPECT_EQ(glob->literalPrefix(), prefix);
    EXPECT_EQ(glob->hasMeta(), std::string_view(prefix) != pattern);
    EXPECT_EQ(glob->pattern(), pattern);
  }
}

}  // namespace
}  // namespace larder::core
