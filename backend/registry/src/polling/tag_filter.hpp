// Which tags of a repository a poll takes: `tags` of a content entry. Pure.
#pragma once

#include <memory>
#include <string_view>

#include "larder/config/config.hpp"

namespace re2 {
class RE2;
}

namespace larder::registry {

// Immutable, thread-safe.
class TagFilter {
 public:
  // An expression that cannot be compiled (configuration is validated before) takes no tag.
  explicit TagFilter(const config::ContentRule& content);

  // `regex` must match somewhere in the tag, `excludeRegex` nowhere, and with `semver` the tag must be a version: a
  // leading `v` and partial ones such as "1.2" count.
  bool takes(std::string_view tag) const { return !refusedBy(tag); }
  // What leaves the tag out: "regex", "excludeRegex" or "semver"; null if it is taken.
  const char* refusedBy(std::string_view tag) const;

 private:
  std::shared_ptr<const re2::RE2> regex_, exclude_;  // null: none
  bool semver_;
};

}  // namespace larder::registry
