#include "larder/core/reference.hpp"

#include <gtest/gtest.h>

namespace larder::core {
namespace {

TEST(RepositoryName, TakesTheGrammarOfTheSpec) {
  for (const auto* name : {"a", "0", "library/nginx", "a/b/c/d", "a.b", "a_b", "a__b", "a-b", "a---b",
                           "a1.b2_c3__d4-e5", "docker.io/library/nginx"}) {
    EXPECT_TRUE(isRepositoryName(name)) << name;
  }
}

TEST(RepositoryName, RefusesTheRest) {
  for (const auto* name :
       {"",     "/",     "/a",   "a/",   "a//b", "A",   "a/B", ".a",  "a.",   "_a",     "a_",  "-a",      "a-",
        "a..b", "a___b", "a._b", "a.-b", "a-_b", "a b", "a:b", "a@b", "../a", "a/../b", "a\n", "\xc3\xa9"}) {
    EXPECT_FALSE(isRepositoryName(name)) << name;
  }
  EXPECT_FALSE(isRepositoryName(std::string_view("a\0b", 3)));
}

TEST(RepositoryName, HasAtMost255Characters) {
  EXPECT_TRUE(isRepositoryName(std::string(255, 'a')));
  EXPECT_FALSE(isRepositoryName(std::string(256, 'a')));
}

TEST(Tag, TakesTheGrammarOfTheSpec) {
  for (const auto* tag : {"latest", "1.25", "v1_2-3", "_x", "A", "sha256-abc.sig"}) EXPECT_TRUE(isTag(tag)) << tag;
  EXPECT_TRUE(isTag(std::string(128, 'a')));
}

TEST(Tag, RefusesTheRest) {
  for (const auto* tag : {"", ".a", "-a", "a/b", "a b", "a+b", "a:b", "a@b"}) EXPECT_FALSE(isTag(tag)) << tag;
  EXPECT_FALSE(isTag(std::string(129, 'a')));
}

TEST(Reference, IsATagOrADigest) {
  const auto tag = Reference::parse("1.25");
  ASSERT_TRUE(tag);
  EXPECT_TRUE(tag->isTag());
  EXPECT_EQ(tag->toString(), "1.25");

  const auto digest = Digest::of("x");
  const auto pinned = Reference::parse(digest.toString());
  ASSERT_TRUE(pinned);
  ASSERT_TRUE(pinned->isDigest());
  EXPECT_EQ(pinned->digest(), digest);
  EXPECT_EQ(pinned->toString(), digest.toString());
  EXPECT_NE(*tag, *pinned);
}

TEST(Reference, SaysWhetherTagOrDigestIsWrong) {
  EXPECT_EQ(Reference::parse("sha256:xyz").error().code, ErrorCode::DigestInvalid);
  EXPECT_EQ(Reference::parse("a/b").error().code, ErrorCode::TagInvalid);
  EXPECT_EQ(Reference::parse("").error().code, ErrorCode::TagInvalid);
}

}  // namespace
}  // namespace larder::core
