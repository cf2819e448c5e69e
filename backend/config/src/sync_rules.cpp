#include "larder/config/sync_rules.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "document_edit.hpp"

namespace larder::config {
namespace {

using Outcome = tl::expected<Json, Refusal>;
using Step = std::function<core::Result<void>(Json& rules)>;

Editor::Change changeOf(Step step) {
  return [step = std::move(step)](const Json& current) -> Outcome {
    auto rules = rulesOf(current);
    if (auto done = step(rules); !done) {
      Refusal refusal;
      refusal.error = done.error();
      return tl::make_unexpected(std::move(refusal));
    }
    auto next = current;
    Json patch{{"extensions", {{"sync", {{"registries", std::move(rules)}}}}}};
    mergePatch(&configSchema(), next, patch);
    return next;
  };
}

core::Result<void> requireRule(const Json& rules, std::size_t index) {
  if (index < rules.size()) return {};
  return core::fail(core::ErrorCode::NotFound, "There is no sync rule " + std::to_string(index) + ".");
}

}  // namespace

Json rulesOf(const Json& document) {
  const auto* rules = memberAnyCase(memberAnyCase(memberAnyCase(&document, "extensions"), "sync"), "registries");
  if (rules == nullptr) return Json::array();
  // The loader takes a single value for a list of one.
  return rules->is_array() ? *rules : Json::array({*rules});
}

Editor::Change addRule(Json rule) {
  return changeOf([rule = std::move(rule)](Json& rules) -> core::Result<void> {
    rules.push_back(rule);
    return {};
  });
}

Editor::Change replaceRule(std::size_t index, Json rule) {
  return changeOf([index, rule = std::move(rule)](Json& rules) -> core::Result<void> {
    if (auto there = requireRule(rules, index); !there) return there;
    rules[index] = rule;
    return {};
  });
}

Editor::Change removeRule(std::size_t index) {
  return changeOf([index](Json& rules) -> core::Result<void> {
    if (auto there = requireRule(rules, index); !there) return there;
    rules.erase(index);
    return {};
  });
}

Editor::Change orderRules(std::vector<std::size_t> order) {
  return changeOf([order = std::move(order)](Json& rules) -> core::Result<void> {
    auto sorted = order;
    std::ranges::sort(sorted);
    std::vector<std::size_t> all(rules.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (sorted != all) {
      return core::fail(core::ErrorCode::InvalidArgument,
                        "The order must name each of the " + std::to_string(rules.size()) + " rules once.", "order");
    }
    auto ordered = Json::array();
    for (auto index : order) ordered.push_back(rules[index]);
    rules = std::move(ordered);
    return {};
  });
}

}  // namespace larder::config
