// The `content` of a sync rule: which names it takes, and how upstream names and local names lead to each other. Pure.
//
// Meant as Zot means it: a pattern takes whole names; the first entry that takes a name decides. Without `stripPrefix`,
// local = destination + upstream name. With it, the whole segments of `prefix` before its first meta character are
// dropped from the local name: "team/app-*" drops "team".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/core/glob.hpp"

namespace larder::registry {

class ContentMap {
 public:
  // Entries whose pattern cannot be made (configuration is validated before) take nothing.
  explicit ContentMap(const std::vector<config::ContentRule>& content);

  // The upstream name of a local one; nothing if no entry takes it.
  std::optional<std::string> upstreamName(std::string_view local) const;

  struct Local {
    std::string name;
    bool hasDestination = false;
    std::size_t entry = 0;  // which of `content` took the name
  };
  // The local name of an upstream one; nothing if no entry takes it.
  std::optional<Local> localName(std::string_view upstream) const;

 private:
  struct Entry {
    core::Glob upstream;
    core::Glob local;
    std::string destination;  // without slashes at its ends
    std::string dropped;      // what stripPrefix drops, without slashes at its ends; "" if nothing
    std::size_t index;        // in `content`
  };
  std::vector<Entry> entries_;
  bool takesAll_;  // no content: every name, as it is
};

}  // namespace larder::registry
