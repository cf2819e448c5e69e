// What NewVersion() of Masterminds/semver 3.5 makes of texts that look like tags.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace larder::core {

struct SemVerRow {
  std::string_view text;
  bool valid;
  std::uint64_t major, minor, patch;
  std::string_view prerelease, metadata;
};

// clang-format off
inline constexpr std::array kSemVerRows = std::to_array<SemVerRow>({
    {"1", true, 1U, 0, 0, "", ""},
    {"1.2", true, 1U, 2, 0, "", ""},
    {"1.2.3", true, 1U, 2, 3, "", ""},
    {"v1", true, 1U, 0, 0, "", ""},
    {"v1.2", true, 1U, 2, 0, "", ""},
    {"v1.2.3", true, 1U, 2, 3, "", ""},
    {"V1.2.3", false, 0, 0, 0, "", ""},
    {"01.02.03", true, 1U, 2, 3, "", ""},
    {"1.2.3-alpha", true, 1U, 2, 3, "alpha", ""},
    {"1.2.3-alpha.1", true, 1U, 2, 3, "alpha.1", ""},
    {"1.2-rc.1", true, 1U, 2, 0, "rc.1", ""},
    {"1-beta", true, 1U, 0, 0, "beta", ""},
    {"1.2.3+build.5", true, 1U, 2, 3, "", "build.5"},
    {"1.2.3-a+b", true, 1U, 2, 3, "a", "b"},
    {"1+x", true, 1U, 0, 0, "", "x"},
    {"1.2.3-01", true, 1U, 2, 3, "01", ""},
    {"1.2.3-0a", true, 1U, 2, 3, "0a", ""},
    {"1.2.3-", false, 0, 0, 0, "", ""},
    {"1.2.3+", false, 0, 0, 0, "", ""},
    {"1.2.3-a..b", false, 0, 0, 0, "", ""},
    {"1.2.3-a.", false, 0, 0, 0, "", ""},
    {"1.2.3.4", false, 0, 0, 0, "", ""},
    {"1.", false, 0, 0, 0, "", ""},
    {"1.2.", false, 0, 0, 0, "", ""},
    {".1", false, 0, 0, 0, "", ""},
    {"", false, 0, 0, 0, "", ""},
    {"v", false, 0, 0, 0, "", ""},
    {"latest", false, 0, 0, 0, "", ""},
    {"1.x", false, 0, 0, 0, "", ""},
    {"1.2.3 ", false, 0, 0, 0, "", ""},
    {" 1.2.3", false, 0, 0, 0, "", ""},
    {"18446744073709551615.0.0", true, 18446744073709551615U, 0, 0, "", ""},
    {"18446744073709551616.0.0", false, 0, 0, 0, "", ""},
    {"1.2.3-alpine3.19", true, 1U, 2, 3, "alpine3.19", ""},
    {"6.0-slim", true, 6U, 0, 0, "slim", ""},
    {"20240101", true, 20240101U, 0, 0, "", ""},
    {"1.2.3_4", false, 0, 0, 0, "", ""},
    {"vv1", false, 0, 0, 0, "", ""},
    {"1.2.3--", true, 1U, 2, 3, "-", ""},
    {"1.2.3+a_b", false, 0, 0, 0, "", ""},
    {"1.2.3-a+b+c", false, 0, 0, 0, "", ""},
    {"1.2.3+b-a", true, 1U, 2, 3, "", "b-a"},
    {"2024.01.02", true, 2024U, 1, 2, "", ""},
    {"1.25.3-alpine", true, 1U, 25, 3, "alpine", ""},
    {"9.0.0-20240101120000-abcdef", true, 9U, 0, 0, "20240101120000-abcdef", ""},
});
// clang-format on

}  // namespace larder::core
