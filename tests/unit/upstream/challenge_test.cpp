#include "sources/oci/challenge.hpp"

#include <gtest/gtest.h>

namespace larder::upstream {
namespace {

std::vector<Challenge> parse(const std::string& field) {
  std::vector<std::string> fields{field};
  return parseChallenges(fields);
}

TEST(Challenge, ReadsABearerChallenge) {
  auto found = parse(
      R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push")");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].scheme, "bearer");
  EXPECT_EQ(found[0].parameter("realm"), "https://auth.docker.io/token");
  EXPECT_EQ(found[0].parameter("service"), "registry.docker.io");
  EXPECT_EQ(found[0].parameter("scope"), "repository:a/b:pull,push");
  EXPECT_EQ(found[0].parameter("error"), "");
}

TEST(Challenge, IgnoresCaseAndSpace) {
  auto found = parse("BEARER  Realm = \"x\" ,\tSERVICE=\"y\"");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].parameter("realm"), "x");
  EXPECT_EQ(found[0].parameter("service"), "y");
}

TEST(Challenge, SeparatesSeveralInOneField) {
  auto found = parse(R"(Negotiate, Basic realm="a, b", charset=UTF-8, Bearer realm="c")");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].scheme, "negotiate");
  EXPECT_EQ(found[1].scheme, "basic");
  EXPECT_EQ(found[1].parameter("realm"), "a, b");
  EXPECT_EQ(found[1].parameter("charset"), "UTF-8");
  EXPECT_EQ(found[2].parameter("realm"), "c");
}

TEST(Challenge, KeepsTheOrderOfSeveralFields) {
  std::vector<std::string> fields{"Basic realm=x", "Bearer realm=y"};
  auto found = parseChallenges(fields);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].scheme, "bearer");
}

TEST(Challenge, UnescapesQuotedStrings) {
  EXPECT_EQ(parse(R"(Bearer realm="a\"b\\c")")[0].parameter("realm"), R"(a"b\c)");
}

TEST(Challenge, TakesAnUnquotedUrl) {
  EXPECT_EQ(parse("Bearer realm=https://a.b/token?x=1,service=s")[0].parameter("realm"), "https://a.b/token?x=1");
}

TEST(Challenge, SkipsToken68Credentials) {
  auto found = parse("Negotiate abc/def==, Bearer realm=\"x\"");
  EXPECT_EQ(found.back().scheme, "bearer");
  EXPECT_EQ(found.back().parameter("realm"), "x");
}

TEST(Challenge, SurvivesNonsense) {
  for (auto text :
       {"", ",,,", "\"", "=", "Bearer realm=\"open", "Bearer =x", "\x01\x02", "Bearer realm=\"a\\", "; ; ;"}) {
    auto found = parse(text);
    EXPECT_LE(found.size(), 2U) << text;
  }
}

TEST(Challenge, IsBounded) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "Scheme" + std::to_string(i) + " a=b, ";
  EXPECT_EQ(parse(many).size(), 16U);
  std::string parameters = "Bearer ";
  for (int i = 0; i < 100; ++i) parameters += "p" + std::to_string(i) + "=1, ";
  EXPECT_EQ(parse(parameters)[0].parameters.size(), 16U);
  auto huge = parse("Bearer realm=\"" + std::string(1'000'000, 'x') + "\"");
  EXPECT_LE(huge[0].parameter("realm").size(), 8192U);
}

}  // namespace
}  // namespace larder::upstream
