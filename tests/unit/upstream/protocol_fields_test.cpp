// The small parsers: Retry-After, Content-Range, Link, encodings.
#include <gtest/gtest.h>

#include "sources/oci/content_range.hpp"
#include "sources/oci/link_header.hpp"
#include "text.hpp"
#include "transport/failure.hpp"

namespace larder::upstream {
namespace {

using std::chrono::seconds;

// 2025-01-01T00:00:00Z.
const std::chrono::system_clock::time_point kNow{seconds(1'735'689'600)};

std::optional<std::chrono::milliseconds> after(const std::string& name, const std::string& value) {
  ResponseHead head;
  head.add(name, value);
  return retryAfter(head, kNow);
}

TEST(RetryAfter, TakesSecondsAndDates) {
  EXPECT_EQ(after("retry-after", "120"), seconds(120));
  EXPECT_EQ(after("Retry-After", "Wed, 01 Jan 2025 00:01:30 GMT"), seconds(90));
  EXPECT_EQ(after("Retry-After", "Tue, 31 Dec 2024 00:00:00 GMT"), seconds(0));
  EXPECT_EQ(after("RateLimit-Reset", "10;w=60"), seconds(10));
  EXPECT_EQ(after("X-Retry-After", "1735689660"), seconds(60));
}

TEST(RetryAfter, IsBounded) {
  EXPECT_EQ(after("Retry-After", "999999"), std::chrono::minutes(15));
  EXPECT_EQ(after("Retry-After", "99999999999999999999999"), std::chrono::minutes(15));
  EXPECT_EQ(after("Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT"), std::chrono::minutes(15));
}

TEST(RetryAfter, IgnoresNonsense) {
  for (auto value : {"", "soon", "-5", "12 apples"}) EXPECT_FALSE(after("Retry-After", value)) << value;
  EXPECT_FALSE(after("Date", "120"));
}

TEST(ContentRange, ReadsTheRange) {
  auto range = parseContentRange("bytes 10-19/100");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 10U);
  EXPECT_EQ(range->last, 19U);
  EXPECT_EQ(range->size, 100U);
  EXPECT_FALSE(parseContentRange("bytes 0-0/*")->size);
  EXPECT_EQ(parseUnsatisfiedRange("bytes */100"), 100U);
}

TEST(ContentRange, RefusesContradictions) {
  for (auto text : {"", "bytes", "bytes 5-4/10", "bytes 0-10/10", "bytes 0-9", "items 0-9/10", "bytes -5/10",
                    "bytes 0-9/10x", "bytes 99999999999999999999-9/10", "bytes */10"}) {
    EXPECT_FALSE(parseContentRange(text)) << text;
  }
  EXPECT_FALSE(parseUnsatisfiedRange("bytes 0-1/2"));
}

std::optional<std::string> next(const std::string& field) {
  std::vector<std::string> fields{field};
  return nextLink(fields);
}

TEST(Link, FindsTheNextPage) {
  EXPECT_EQ(next(R"(</v2/a/tags/list?n=2&last=b>; rel="next")"), "/v2/a/tags/list?n=2&last=b");
  EXPECT_EQ(next("</p>;rel=next"), "/p");
  EXPECT_EQ(next(R"(</first>; rel="first", </second>; title="x"; rel="prev next")"), "/second");
  EXPECT_FALSE(next(R"(</p>; rel="prev")"));
  EXPECT_FALSE(next("</p"));
  EXPECT_FALSE(next("garbage; rel=next"));
  EXPECT_FALSE(next("<>; rel=next"));
}

TEST(Link, IsResolvedAgainstThePage) {
  const std::string base = "https://host:8443/v2/a/tags/list?n=1";
  EXPECT_EQ(resolveUrl(base, "/v2/a/tags/list?last=x"), "https://host:8443/v2/a/tags/list?last=x");
  EXPECT_EQ(resolveUrl(base, "?last=x"), "https://host:8443/v2/a/tags/list?last=x");
  EXPECT_EQ(resolveUrl(base, "https://cdn/x%2Fy?sig=A%2b&b"), "https://cdn/x%2Fy?sig=A%2b&b") << "signed: as it came";
  EXPECT_FALSE(resolveUrl(base, "ftp://x/y"));
  EXPECT_FALSE(resolveUrl(base, "https://user:pw@x/"));
  EXPECT_FALSE(resolveUrl(base, "/a\r\nX: y"));
  EXPECT_FALSE(resolveUrl(base, ""));
}

TEST(Link, GivesPathAndQuery) {
  EXPECT_EQ(pathAndQuery("https://host/v2/x?n=1#y"), "/v2/x?n=1");
  EXPECT_EQ(pathAndQuery("https://host"), "/");
  EXPECT_EQ(pathAndQuery("https://host?n=1"), "/?n=1");
}

TEST(Text, EncodesBase64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(Text, EncodesForAQuery) {
  EXPECT_EQ(percentEncode("repository:a/b-c_d.e~f:pull"), "repository%3Aa%2Fb-c_d.e~f%3Apull");
  EXPECT_EQ(percentEncode("\xc3\xa4 +"), "%C3%A4%20%2B");
}

}  // namespace
}  // namespace larder::upstream
