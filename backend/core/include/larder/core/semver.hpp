// Semantic versions as Go's Masterminds/semver reads tags: a leading `v`, partial versions ("1.2") and leading
// zeros ("1.2.3-01") count.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder::core {

struct SemVer {
  std::uint64_t major = 0, minor = 0, patch = 0;
  std::string prerelease;
  std::string metadata;

  // Nothing if `text` is no version.
  static std::optional<SemVer> parse(std::string_view text);
  // Precedence (semver.org 2.0.0, section 11): metadata does not count.
  std::strong_ordering compare(const SemVer& other) const;
};

}  // namespace larder::core
