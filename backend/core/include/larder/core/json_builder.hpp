// Builds a JSON value from events, within limits and without duplicate keys: what parseJson() does for JSON, for
// readers of other notations.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "larder/core/json.hpp"

namespace larder::core {

// After the first `false`, failure() says why and nothing else may be called. Json is nlohmann::json or ordered_json.
template <class Json>
class JsonBuilder {
 public:
  explicit JsonBuilder(const JsonLimits& limits) : limits_(limits) {}

  bool begin(Json container);  // an empty object or array
  bool key(std::string name);
  bool value(Json value);
  // Ends the innermost container.
  bool end();

  const Error& failure() const { return *failure_; }
  // Counts values that are kept elsewhere (YAML's anchors) against the limit.
  bool count(const Json& value);
  // The value that was completed last.
  const Json& last() const { return levels_.empty() ? root_ : *levels_.back().last; }
  Json take() { return std::move(root_); }

 private:
  struct Level {
    Json container;
    std::string key;
    std::unordered_set<std::string> keys;  // of a large object whose own search would go through all of them
    const Json* last = nullptr;
  };

  bool isNew(Level& level) const;
  bool countValues(std::size_t values);
  bool add(Json value);
  bool failTooDeep();
  bool fail(ErrorCode code, std::string message);
  std::string path() const;

  const JsonLimits limits_;
  std::vector<Level> levels_;
  Json root_;
  std::size_t values_ = 0;
  std::optional<Error> failure_;
};

extern template class JsonBuilder<nlohmann::json>;
extern template class JsonBuilder<nlohmann::ordered_json>;

}  // namespace larder::core
