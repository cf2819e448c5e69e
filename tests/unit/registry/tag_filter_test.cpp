#include <gtest/gtest.h>

#include "attachment_tags.hpp"
#include "polling/platforms.hpp"
#include "polling/tag_filter.hpp"

namespace larder::registry {
namespace {

TagFilter filter(const std::string& regex, const std::string& exclude, bool semver) {
  return TagFilter({core::Glob::parse("**").value(), "", false, regex, exclude, semver});
}

TEST(TagFilter, TakesAllTagsUnlessToldOtherwise) {
  EXPECT_TRUE(filter("", "", false).takes("latest"));
}

TEST(TagFilter, FindsItsExpressionsAnywhereInTheTag) {
  EXPECT_TRUE(filter("2[.]", "", false).takes("v1.2.3"));
  EXPECT_FALSE(filter("^2[.]", "", false).takes("v1.2.3"));
  EXPECT_FALSE(filter("", "rc", false).takes("v1.2.3-rc1"));
  EXPECT_TRUE(filter("", "^rc", false).takes("v1.2.3-rc1"));
}

TEST(TagFilter, NeedsEveryConditionToHold) {
  auto takes = filter("^v", "rc", true);
  EXPECT_TRUE(takes.takes("v1.2.3"));
  EXPECT_FALSE(takes.takes("1.2.3"));
  EXPECT_FALSE(takes.takes("v1.2.3-rc1"));
  EXPECT_FALSE(takes.takes("vega"));
}

TEST(TagFilter, CountsALeadingVAndPartialVersions) {
  auto versions = filter("", "", true);
  for (const char* tag : {"1", "1.2", "1.2.3", "v1", "v1.2", "v1.2.3-alpine", "1.2.3-rc.1"}) {
    EXPECT_TRUE(versions.takes(tag)) << tag;
  }
  for (const char* tag : {"latest", "v", "1.2.3.4", "stable-1.2"}) EXPECT_FALSE(versions.takes(tag)) << tag;
}

TEST(TagFilter, TakesNothingByABrokenExpression) {
  EXPECT_FALSE(filter("(", "", false).takes("latest"));
  EXPECT_FALSE(filter("", "(", false).takes("latest"));
}

TEST(Platforms, WantsAVariantByItsArchitecture) {
  std::vector<std::string> wanted{"linux/amd64", "linux/arm/v7"};
  EXPECT_TRUE(wantsPlatform(wanted, "linux/amd64"));
  EXPECT_TRUE(wantsPlatform(wanted, "linux/amd64/v2"));
  EXPECT_TRUE(wantsPlatform(wanted, "linux/arm/v7"));
  EXPECT_FALSE(wantsPlatform(wanted, "linux/arm/v6"));
  EXPECT_FALSE(wantsPlatform(wanted, "linux/arm64"));
  EXPECT_FALSE(wantsPlatform(wanted, "windows/amd64"));
}

TEST(Platforms, WantsWhatNamesNone) {
  EXPECT_TRUE(wantsPlatform({}, "linux/s390x"));
  EXPECT_TRUE(wantsPlatform({"linux/amd64"}, ""));
  EXPECT_TRUE(wantsPlatform({"linux/amd64"}, "unknown/unknown"));
}

TEST(AttachmentTags, NamesTheImage) {
  std::string hex(64, 'a');
  for (const char* suffix : {"", ".sig", ".att", ".sbom"}) {
    auto tag = parseAttachmentTag("sha256-" + hex + suffix);
    ASSERT_TRUE(tag) << suffix;
    EXPECT_EQ(tag->image.toString(), "sha256:" + hex);
    EXPECT_EQ(tag->suffix, suffix);
  }
  EXPECT_FALSE(parseAttachmentTag("sha256-" + hex + ".txt"));
  EXPECT_FALSE(parseAttachmentTag("sha256-" + hex.substr(1)));
  EXPECT_FALSE(parseAttachmentTag("sha512-" + hex));
  EXPECT_FALSE(parseAttachmentTag("latest"));
}

}  // namespace
}  // namespace larder::registry
