// How two configurations differ, in the parts that somebody would copy from one to the other: mirror rules, policies,
// and single settings.
#pragma once

#include <optional>
#include <vector>

#include "console/forms/value.hpp"

namespace console::forms {

struct Difference {
  enum class Part { Rule, Policy, Setting };

  Part part = Part::Setting;
  Path path;         // of the list for a rule, else of the value
  std::string name;  // the rule's URL, the policy's repositories, the setting's path
  std::optional<Json> left;
  std::optional<Json> right;
  std::optional<std::size_t> leftPlace;  // of a rule in its list
  std::optional<std::size_t> rightPlace;
};

// In the order of the schema. A rule is held against the one with the same URLs, the first against the first; in which
// order the rules stand makes no difference.
std::vector<Difference> differencesOf(const Json& schema, const Json& left, const Json& right);

// `right` with these parts as they are at the left: replaced in their place, added at the end, or taken out.
Json copiedToRight(const std::vector<Difference>& differences, const Json& right);
// The same from the other side.
std::vector<Difference> mirrored(std::vector<Difference> differences);

}  // namespace console::forms
