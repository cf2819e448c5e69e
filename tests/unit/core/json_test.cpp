#include "larder/core/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace larder::core {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// The message, and the place if there is one.
std::string refusal(std::string_view text, const JsonLimits& limits = {}) {
  auto value = parseJson(text, limits);
  auto ordered = parseOrderedJson(text, limits);
  EXPECT_EQ(value.has_value(), ordered.has_value()) << text;
  if (value || ordered) return "accepted";
  EXPECT_EQ(value.error().message, ordered.error().message);
  EXPECT_EQ(value.error().where, ordered.error().where);
  EXPECT_EQ(value.error().code, ordered.error().code);
  return value.error().message + (value.error().where.empty() ? "" : " @" + value.error().where);
}

TEST(ParseJson, ReadsWhatTheLibraryReads) {
  for (std::string text : {R"({"a":[1,-2,3.5,true,false,null,"x\u00e9\n"],"b":{"c":{}}})", "[]", "\"\"", " 7 ", "null",
                           R"({"":1})", R"([18446744073709551615,-9223372036854775808,1e300])", "\xef\xbb\xbf{}"}) {
    auto value = parseJson(text);
    auto ordered = parseOrderedJson(text);
    ASSERT_TRUE(value && ordered) << text;
    EXPECT_EQ(*value, json::parse(text)) << text;
    EXPECT_EQ(*ordered, ordered_json::parse(text)) << text;
  }
}

TEST(ParseJson, KeepsTheOrderOfMembersWhereItIsAskedTo) {
  std::string text = "{";
  for (int i = 40; i > 0; --i) text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + (i > 1 ? "," : "}");
  auto ordered = parseOrderedJson(text);
  ASSERT_TRUE(ordered);
  EXPECT_EQ(ordered->dump(), text);
}

TEST(ParseJson, RefusesWhatIsNoJsonWithThePlace) {
  EXPECT_EQ(refusal("{\n  \"a\": tru\n}"), "This is not valid JSON at line 2, column 11: invalid literal.");
  for (std::string text : {"",
                           " ",
                           "{",
                           "[1,]",
                           "{\"a\":1,}",
                           "{'a':1}",
                           "[1] 2",
                           "{}{}",
                           "nul",
                           "NaN",
                           "+1",
                           "01",
                           "1e999",
                           "\"\x01\"",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "\"\\ud800\"",
                           "// a\n1",
                           "\"a"}) {
    EXPECT_TRUE(refusal(text).starts_with("This is not valid JSON at line ")) << text;
  }
}

TEST(ParseJson, QuotesNothingOfWhatItRead) {
  EXPECT_EQ(refusal(R"({"password": hunter2})").find("hunter"), std::string::npos);
  EXPECT_EQ(refusal(R"({"password": "hunter2)").find("hunter"), std::string::npos);
}

TEST(ParseJson, RefusesAKeyThatStandsTwice) {
  const std::string expected = "This key appears twice in the same object; remove one of them.";
  EXPECT_EQ(refusal(R"({"a":1,"a":1})"), expected + " @a");
  EXPECT_EQ(refusal(R"({"a":[{},{"b":{"c":1,"d":2,"c":3}}]})"), expected + " @a[1].b.c");
  EXPECT_EQ(refusal("{\"\\u0061\":1,\"a\":2}"), expected + " @a");
  EXPECT_EQ(refusal("{\"x\\ny\":1,\"x\\ny\":2}"), expected + " @x?y");
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(refusal(many + "\"k3\":1}"), expected + " @k3");
  EXPECT_EQ(refusal(many + "\"k99\":1}"), expected + " @k99");
  EXPECT_EQ(refusal(many + "\"k100\":1,\"k100\":2}"), expected + " @k100");
}

TEST(ParseJson, EndsAtTheLimitOfDepth) {
  EXPECT_TRUE(parseJson(repeated("[", 64) + repeated("]", 64)));
  for (const auto& deep : {repeated("[", 65) + repeated("]", 65), repeated("[", 1'000'000),
                           repeated("{\"a\":", 500'000), repeated("[{\"a\":", 300'000)}) {
    EXPECT_NE(refusal(deep).find("nested more than 64 deep."), std::string::npos);
  }
  EXPECT_EQ(refusal("[[[1]]]", {.depth = 2}), "Objects and lists are nested more than 2 deep. @[0][0]");
}

TEST(ParseJson, EndsAtTheLimitsOfValuesAndBytes) {
  EXPECT_TRUE(parseJson("[1,2,3]", {.values = 4}));
  EXPECT_EQ(refusal("[1,2,3]", {.values = 3}), "There are more than 3 values.");
  EXPECT_NE(refusal("[" + repeated("0,", 300'000) + "0]").find("more than 300000 values"), std::string::npos);
  EXPECT_EQ(refusal("[1, 2]", {.bytes = 5}), "The JSON is larger than 5 bytes.");
  EXPECT_EQ(parseJson("[1, 2]", {.bytes = 5}).error().code, ErrorCode::TooLarge);
}

}  // namespace
TEST(ParseJson, TakesNoFractionsInRecords) {
  for (const auto* text : {"[1.5]", "[1e3]", "[18446744073709551616]"}) {
    EXPECT_TRUE(parseJson(text)) << text;
    EXPECT_FALSE(parseJson(text, kOwnRecord)) << text;
  }
  EXPECT_TRUE(parseJson("[-9223372036854775808, 18446744073709551615]", kOwnRecord));
}

}  // namespace larder::core
