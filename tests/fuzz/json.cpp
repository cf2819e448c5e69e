#include "larder/core/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "targets.hpp"

namespace larder::fuzz {
namespace {

std::size_t depthOf(const nlohmann::ordered_json& value) {
  std::size_t depth = 0;
  if (!value.is_structured()) return 0;
  for (const auto& child : value) depth = std::max(depth, depthOf(child));
  return depth + 1;
}

}  // namespace

void json(std::string_view input) {
  const core::JsonLimits limits{.depth = 8, .values = 100};
  auto value = core::parseJson(input, limits);
  auto ordered = core::parseOrderedJson(input, limits);
  require(value.has_value() == ordered.has_value(), "the order of members decides nothing");
  if (!value) return require(value.error().message == ordered.error().message, "both say why");
  require(depthOf(*ordered) <= limits.depth, "values are as shallow as was asked");
  auto text = ordered->dump();
  auto again = core::parseOrderedJson(text, limits);
  require(again && again->dump() == text, "what is written is read again");
  require(nlohmann::json(*value) == nlohmann::json::parse(text), "both have the same members");
}

}  // namespace larder::fuzz
