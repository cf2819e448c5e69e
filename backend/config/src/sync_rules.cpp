#include "larder/config/sync_rules.hpp"

#include <algorithm>
#include <functional>

#include "document_edit.hpp"
#include "elements.hpp"
#include "merge.hpp"
#include "rule_ids.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMostRuleDifferences = 100;

using RuleOutcome = tl::expected<Json, Refusal>;
// Changes the rules as they are; `seen`: as the editor saw them, null if that is not known any more.
using Step = std::function<tl::expected<void, Refusal>(Json& rules, const Json& seen)>;

Editor::Change changeOf(Step step) {
  return [step = std::move(step)](const Json& current, const Json& seen) -> RuleOutcome {
    auto rules = rulesOf(current);
    if (auto done = step(rules, seen.is_null() ? Json() : rulesOf(seen)); !done)
      return tl::make_unexpected(std::move(done.error()));
    auto next = current;
    Json patch{{"extensions", {{"sync", {{"registries", std::move(rules)}}}}}};
    mergePatch(&configSchema(), next, patch);
    return next;
  };
}

tl::unexpected<Refusal> refuseRule(core::Error error) {
  Refusal refusal;
  refusal.error = std::move(error);
  return tl::make_unexpected(std::move(refusal));
}

std::string ruleIdOf(const Json& rule) {
  return rule.is_object() ? rule.value(std::string(kElementId), "") : "";
}

RuleIds idsOf(const Json& rules) {
  RuleIds ids;
  for (const auto& rule : rules) ids.push_back(ruleIdOf(rule));
  return ids;
}

template <class Rules>
auto find(Rules& rules, const std::string& id) {
  return std::ranges::find_if(rules, [&](const Json& rule) { return ruleIdOf(rule) == id; });
}

const SchemaNode* ruleNode() {
  const auto* sync = configSchema().find("extensions")->second->find("sync")->second.get();
  return sync->find("registries")->second->items.get();
}

// What tells an editor all three sides. `rule`: what it wants there, null to remove it.
tl::unexpected<Refusal> stale(const Json& seen, const Json* current, const Json* rule) {
  Refusal refusal;
  refusal.kind = Refusal::Kind::Stale;
  refusal.error = {core::ErrorCode::Conflict, current != nullptr
                                                  ? "This sync rule has changed since you read it."
                                                  : "This sync rule has been removed since you read it."};
  const auto* node = ruleNode();
  refusal.removed = current == nullptr;
  refusal.seen = withoutSecrets(node, seen);
  if (current != nullptr) {
    refusal.current = withoutSecrets(node, *current);
    if (!seen.is_null()) refusal.meanwhile = differences(*node, seen, *current, kMostRuleDifferences);
  }
  if (current == nullptr || rule == nullptr) return tl::make_unexpected(std::move(refusal));
  if (seen.is_null()) {
    // Which of the two changed what, nobody can say: an admin takes one or the other.
    refusal.merged = withoutSecrets(node, *rule);
  } else {
    auto merge = mergeThreeWays(node, seen, *rule, *current, {});
    refusal.merged = withoutSecrets(node, merge.document);
    refusal.conflicts = std::move(merge.conflicts);
  }
  return tl::make_unexpected(std::move(refusal));
}

// The place of the rule among those there are, if it is as the editor saw it.
tl::expected<std::size_t, Refusal> placeOf(const Json& rules, const Json& seen, const std::string& id,
                                           const Json* wanted) {
  auto here = find(rules, id);
  auto before = find(seen, id);
  if (here == rules.end() && before == seen.end() && !seen.is_null()) {
    return refuseRule({core::ErrorCode::NotFound, "There is no sync rule with id " + id.substr(0, 32) + "."});
  }
  const Json* current = here != rules.end() ? &*here : nullptr;
  bool isAsSeen = current != nullptr && before != seen.end() && same(*current, *before);
  if (isAsSeen) return static_cast<std::size_t>(here - rules.begin());
  return stale(before != seen.end() ? *before : Json(), current, wanted);
}

}  // namespace

Json rulesOf(const Json& document) {
  const auto* rules = memberAnyCase(memberAnyCase(memberAnyCase(&document, "extensions"), "sync"), "registries");
  if (rules == nullptr) return Json::array();
  // The loader takes a single value for a list of one.
  return rules->is_array() ? *rules : Json::array({*rules});
}

Editor::Change addRule(Json rule) {
  return changeOf([rule = std::move(rule)](Json& rules, const Json&) -> tl::expected<void, Refusal> {
    rules.push_back(rule);
    return {};
  });
}

Editor::Change replaceRule(std::string id, Json rule) {
  if (rule.is_object()) rule[std::string(kElementId)] = id;
  return changeOf(
      [id = std::move(id), rule = std::move(rule)](Json& rules, const Json& seen) -> tl::expected<void, Refusal> {
        auto place = placeOf(rules, seen, id, &rule);
        if (!place) return tl::make_unexpected(std::move(place.error()));
        rules[*place] = rule;
        return {};
      });
}

Editor::Change removeRule(std::string id) {
  return changeOf([id = std::move(id)](Json& rules, const Json& seen) -> tl::expected<void, Refusal> {
    auto place = placeOf(rules, seen, id, nullptr);
    if (!place) return tl::make_unexpected(std::move(place.error()));
    rules.erase(*place);
    return {};
  });
}

Editor::Change orderRules(std::vector<std::string> order) {
  return changeOf([order = std::move(order)](Json& rules, const Json& seen) -> tl::expected<void, Refusal> {
    if (idsOf(rules) != idsOf(seen)) {
      Refusal refusal;
      refusal.kind = Refusal::Kind::Stale;
      refusal.error = {core::ErrorCode::Conflict, "Sync rules were added, removed or moved since you read them."};
      refusal.seen = Json(idsOf(seen));
      refusal.current = Json(idsOf(rules));
      return tl::make_unexpected(std::move(refusal));
    }
    auto wanted = order;
    auto all = idsOf(rules);
    std::ranges::sort(wanted);
    std::ranges::sort(all);
    if (wanted != all) {
      return refuseRule({core::ErrorCode::InvalidArgument,
                         "The order must list each of the " + std::to_string(rules.size()) + " rules exactly once.",
                         "order"});
    }
    auto ordered = Json::array();
    for (const auto& id : order) ordered.push_back(*find(rules, id));
    rules = std::move(ordered);
    return {};
  });
}

}  // namespace larder::config
