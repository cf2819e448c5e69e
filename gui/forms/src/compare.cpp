#include "console/forms/compare.hpp"

#include <algorithm>

#include "console/forms/schema.hpp"

namespace console::forms {
namespace {

const Path kRules{std::string("extensions"), std::string("sync"), std::string("registries")};
const Path kPolicies{std::string("http"), std::string("accessControl"), std::string("repositories")};
const Path kUrls{std::string("urls")};

std::optional<Json> valueAt(const Json& value, const Path& path) {
  const auto* found = getAt(value, path);
  return found && !found->is_null() ? std::optional(*found) : std::nullopt;
}

bool same(const std::optional<Json>& a, const std::optional<Json>& b) {
  return a.has_value() == b.has_value() && (!a || equal(*a, *b));
}

Json listAt(const Json& value, const Path& path) {
  const auto* found = getAt(value, path);
  return found && found->is_array() ? *found : Json::array();
}

std::string nameOfRule(const Json& rule) {
  const auto* urls = getAt(rule, kUrls);
  return urls && urls->is_array() && !urls->empty() && urls->front().is_string() ? urls->front().get<std::string>()
                                                                                 : std::string();
}

class Comparison {
 public:
  Comparison(const Json& left, const Json& right) : left_(left), right_(right) {}

  std::vector<Difference> found;

  void walk(const Json& schema, const Path& path) {
    if (path == kRules) return rules();
    const auto kind = kindOf(schema);
    if (kind == Kind::Object) {
      for (const auto& [name, property] : schema.at("properties").items()) walk(property, path / name);
      return;
    }
    if (kind == Kind::Map) return entries(path);
    plain(path, Difference::Part::Setting, pathText(path));
  }

 private:
  void plain(const Path& path, Difference::Part part, std::string name) {
    auto left = valueAt(left_, path);
    auto right = valueAt(right_, path);
    if (same(left, right)) return;
    found.push_back({part, path, std::move(name), std::move(left), std::move(right), {}, {}});
  }

  void entries(const Path& path) {
    const bool policies = path == kPolicies;
    std::vector<std::string> names;
    for (const auto* side : {&left_, &right_}) {
      const auto* map = getAt(*side, path);
      if (!map || !map->is_object()) continue;
      for (const auto& [name, value] : map->items()) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    }
    for (const auto& name : names) {
      plain(path / name, policies ? Difference::Part::Policy : Difference::Part::Setting,
            policies ? name : pathText(path / name));
    }
  }

  void rules() {
    const auto left = listAt(left_, kRules);
    const auto right = listAt(right_, kRules);
    std::vector<std::optional<std::size_t>> partner(left.size());
    std::vector<bool> taken(right.size());
    const auto match = [&](const Path& by) {
      for (std::size_t i = 0; i < left.size(); ++i) {
        const auto* mine = getAt(left[i], by);
        for (std::size_t j = 0; mine && !partner[i] && j < right.size(); ++j) {
          const auto* theirs = getAt(right[j], by);
          if (taken[j] || !theirs || !equal(*mine, *theirs)) continue;
          partner[i] = j;
          taken[j] = true;
        }
      }
    };
    match({});
    match(kUrls);
    for (std::size_t i = 0; i < left.size(); ++i) {
      const auto j = partner[i];
      if (j && equal(left[i], right[*j])) continue;
      found.push_back({Difference::Part::Rule, kRules, nameOfRule(left[i]), left[i],
                       j ? std::optional(right[*j]) : std::nullopt, i, j});
    }
    for (std::size_t j = 0; j < right.size(); ++j) {
      if (taken[j]) continue;
      found.push_back({Difference::Part::Rule, kRules, nameOfRule(right[j]), std::nullopt, right[j], std::nullopt, j});
    }
  }

  const Json& left_;
  const Json& right_;
};

}  // namespace

std::vector<Difference> differencesOf(const Json& schema, const Json& left, const Json& right) {
  Comparison comparison(left, right);
  comparison.walk(schema, {});
  return std::move(comparison.found);
}

Json copiedToRight(const std::vector<Difference>& differences, const Json& right) {
  Json copy = right;
  auto rules = listAt(right, kRules);
  bool rulesChanged = false;
  std::vector<std::size_t> gone;
  for (const auto& one : differences) {
    if (one.part != Difference::Part::Rule) {
      copy = setAt(copy, one.path, one.left);
      continue;
    }
    rulesChanged = true;
    if (!one.left) {
      gone.push_back(*one.rightPlace);
    } else if (one.rightPlace) {
      rules[*one.rightPlace] = *one.left;
    } else {
      rules.push_back(*one.left);
    }
  }
  std::ranges::sort(gone, std::greater());
  for (const auto place : gone) rules.erase(place);
  return rulesChanged ? setAt(copy, kRules, rules) : copy;
}

std::vector<Difference> mirrored(std::vector<Difference> differences) {
  for (auto& one : differences) {
    std::swap(one.left, one.right);
    std::swap(one.leftPlace, one.rightPlace);
  }
  return differences;
}

}  // namespace console::forms
