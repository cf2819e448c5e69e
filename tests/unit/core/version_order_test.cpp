#include "larder/core/version_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace larder::core {
namespace {

using Tags = std::vector<std::string>;

bool before(const std::string& a, const std::string& b) {
  return compareAsVersions(a, b) < 0;
}

TEST(VersionOrder, IsWhatPeopleExpectOfReleases) {
  const Tags sorted{"",
                    "edge",
                    "latest",
                    "0.9",
                    "1",
                    "1.2.0-alpha",
                    "1.2.0-rc1",
                    "1.2.0-rc2",
                    "1.2.0-rc10",
                    "1.2.0",
                    "1.2.0-alpine",
                    "1.2.0-alpine3.9",
                    "1.2.0-alpine3.10",
                    "1.9",
                    "v1.9.1",
                    "1.10",
                    "1.27",
                    "1.27.0",
                    "1.27.0-m1-arm",
                    "2025.01.07",
                    "20250101",
                    "99999999999999999999999",
                    "100000000000000000000000"};
  Tags tags = sorted;
  std::ranges::shuffle(tags, std::minstd_rand(7));
  std::ranges::sort(tags, before);
  // "1.27.0-m1-arm" is a milestone, which comes before its release.
  Tags expected = sorted;
  std::iter_swap(std::ranges::find(expected, "1.27.0"), std::ranges::find(expected, "1.27.0-m1-arm"));
  EXPECT_EQ(tags, expected);
}

TEST(VersionOrder, IsAnOrderOfAllTexts) {
  const Tags odd{"",    "v",   "V1",  "v1",   "1.", ".1",  "1..2", "1.2-",   "01",        "1",    "001", "1.02",
                 "1.2", "rc1", "1rc", "1-rc", "-1", "1a2", "1a02", "latest", "1.2.3.4.5", "v1.2", "1_2", "1.a"};
  for (const auto& a : odd) {
    for (const auto& b : odd) {
      EXPECT_EQ(compareAsVersions(a, b) == 0, a == b) << a << " " << b;
      EXPECT_EQ(before(a, b), compareAsVersions(b, a) > 0) << a << " " << b;
      for (const auto& c : odd) {
        if (before(a, b) && before(b, c)) EXPECT_TRUE(before(a, c)) << a << " " << b << " " << c;
      }
    }
  }
}

}  // namespace
}  // namespace larder::core
