// Builds a JSON tree from events, within limits and without duplicate keys. Private to the readers of JSON and YAML.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "document.hpp"
#include "path.hpp"

namespace larder::config {

// After the first `false`, failure() says why and nothing else may be called.
class TreeBuilder {
 public:
  bool begin(Json container);  // an empty object or array
  bool key(std::string name);
  bool value(Json value);
  // Ends the innermost container.
  bool end();

  const core::Error& failure() const { return *failure_; }
  // Counts values that are kept elsewhere (anchors) against the limit.
  bool count(const Json& value);
  // The value that was completed last.
  const Json& last() const;
  // Whether there is anything.
  bool complete() const { return complete_; }
  Json take() { return std::move(root_); }

 private:
  struct Level {
    Json container;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  bool add(Json value);
  bool fail(core::ErrorCode code, std::string message);
  Path path() const;

  std::vector<Level> levels_;
  Json root_;
  bool complete_ = false;
  std::size_t values_ = 0;
  std::optional<core::Error> failure_;
};

}  // namespace larder::config
