#include "larder/http/message.hpp"

#include <gtest/gtest.h>

namespace larder::http {
namespace {

TEST(PercentDecode, DecodesEscapes) {
  EXPECT_EQ(percentDecode("a%2Fb%20c"), "a/b c");
  EXPECT_EQ(percentDecode(""), "");
}

TEST(PercentDecode, RefusesBrokenEscapesAndNul) {
  EXPECT_FALSE(percentDecode("%"));
  EXPECT_FALSE(percentDecode("%4"));
  EXPECT_FALSE(percentDecode("%zz"));
  EXPECT_FALSE(percentDecode("%00"));
}

TEST(PercentEncode, KeepsUnreservedCharactersAndSlashes) {
  EXPECT_EQ(percentEncode("library/nginx_1.27~x"), "library/nginx_1.27~x");
  EXPECT_EQ(percentEncode("a b\"<\xc3\xa4"), "a%20b%22%3C%C3%A4");
}

TEST(RequestHead, FindsFieldsInAnyCase) {
  RequestHead head;
  head.addField("Content-Type", "text/plain");
  EXPECT_EQ(head.field("content-type"), "text/plain");
  EXPECT_EQ(head.field("content-typ"), "");
  EXPECT_TRUE(head.hasField("CONTENT-TYPE"));
}

TEST(RequestHead, RefusesMoreFieldsThanItHolds) {
  RequestHead head;
  for (std::size_t i = 0; i < RequestHead::kMaxFields; ++i) EXPECT_TRUE(head.addField("a", "b"));
  EXPECT_FALSE(head.addField("a", "b"));
}

TEST(RequestHead, ReadsQueryParameters) {
  RequestHead head;
  head.query = "ns=docker.io&tag=a%2Bb&tag=c+d&flag&=x";
  EXPECT_EQ(head.queryParameter("ns"), "docker.io");
  EXPECT_EQ(head.queryParameters("tag"), (std::vector<std::string>{"a+b", "c d"}));
  EXPECT_EQ(head.queryParameter("flag"), "");
  EXPECT_FALSE(head.queryParameter("missing"));
}

}  // namespace
}  // namespace larder::http
