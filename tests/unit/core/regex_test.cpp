#include "larder/core/regex.hpp"

#include <gtest/gtest.h>

namespace larder::core {
namespace {

TEST(Regex, RewritesNamedGroupsOnly) {
  const std::pair<const char*, const char*> cases[] = {
      {"^6.*", "^6.*"},
      {"(?<major>\\d+)\\.(?<minor>\\d+)", "(?P<major>\\d+)\\.(?P<minor>\\d+)"},
      {"(?P<x>a)", "(?P<x>a)"},
      {"\\(?<x>", "\\(?<x>"},
      {"[(?<x>]", "[(?<x>]"},
      {"[](?<x>]", "[](?<x>]"},
      {"[[:alpha:](?<x>]", "[[:alpha:](?<x>]"},
      {"\\Q(?<x>\\E(?<y>b)", "\\Q(?<x>\\E(?P<y>b)"},
      {"", ""},
  };
  for (const auto& [pattern, expected] : cases) {
    const auto rewritten = toRe2(pattern);
    ASSERT_TRUE(rewritten) << pattern << ": " << rewritten.error().message;
    EXPECT_EQ(*rewritten, expected);
  }
}

TEST(Regex, RefusesWhatGoRefuses) {
  for (const auto* pattern :
       {"(", "a**", "[z-a]", "(?<=a)b", "(?<!a)b", "(?=a)", "\\C", "a\\C", "\\", "(?<x", "x{1001}"}) {
    const auto rewritten = toRe2(pattern);
    ASSERT_FALSE(rewritten) << pattern;
    EXPECT_EQ(rewritten.error().code, ErrorCode::InvalidArgument);
  }
}

TEST(Regex, TakesTheTwoCharactersOfARefusedEscapeLiterally) {
  EXPECT_TRUE(toRe2("\\\\C"));
  EXPECT_TRUE(toRe2("\\Q\\C\\E"));
}

}  // namespace
}  // namespace larder::core
