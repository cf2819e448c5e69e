#include "larder/core/semver.hpp"

#include <gtest/gtest.h>

#include "semver_table.hpp"

namespace larder::core {
namespace {

TEST(SemVer, ParsesAsMastermindsDoes) {
  for (const auto& row : kSemVerRows) {
    const auto version = SemVer::parse(row.text);
    ASSERT_EQ(version.has_value(), row.valid) << row.text;
    if (!version) continue;
    EXPECT_EQ(version->major, row.major) << row.text;
    EXPECT_EQ(version->minor, row.minor) << row.text;
    EXPECT_EQ(version->patch, row.patch) << row.text;
    EXPECT_EQ(version->prerelease, row.prerelease) << row.text;
    EXPECT_EQ(version->metadata, row.metadata) << row.text;
  }
}

TEST(SemVer, RefusesTextsThatNoTagCanBe) {
  EXPECT_FALSE(SemVer::parse("1.2.3-" + std::string(300, 'a')));
}

TEST(SemVer, OrdersAsSection11OfTheSpec) {
  const char* ordered[] = {"1.0.0-alpha",
                           "1.0.0-alpha.1",
                           "1.0.0-alpha.beta",
                           "1.0.0-beta",
                           "1.0.0-beta.2",
                           "1.0.0-beta.11",
                           "1.0.0-rc.1",
                           "v1",
                           "1.0.1",
                           "1.1",
                           "1.10",
                           "2.0.0-0",
                           "2.0.0-01",
                           "2.0.0-2",
                           "2.0.0-1a",
                           "2.0.0",
                           "10.0.0-99999999999999999999.1",
                           "10.0.0-199999999999999999999"};
  const auto count = std::size(ordered);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      const auto a = SemVer::parse(ordered[i]), b = SemVer::parse(ordered[j]);
      ASSERT_TRUE(a && b);
      EXPECT_EQ(a->compare(*b), i <=> j) << ordered[i] << " and " << ordered[j];
    }
  }
}

TEST(SemVer, DoesNotCompareMetadata) {
  EXPECT_EQ(SemVer::parse("1.2.3+a")->compare(*SemVer::parse("1.2.3+b")), std::strong_ordering::equal);
}

}  // namespace
}  // namespace larder::core
