#include "rule_ids.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "document_edit.hpp"
#include "elements.hpp"
#include "larder/core/digest.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kDigits = 12;

// The member in any case, to be changed.
Json* memberOf(Json* object, std::string_view name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  for (auto it = object->begin(); it != object->end(); ++it) {
    if (equalIgnoringCase(it.key(), name) && !it->is_null()) return &*it;
  }
  return nullptr;
}
const Json* memberOf(const Json* object, std::string_view name) {
  return memberAnyCase(object, name);
}

// The rules where they stand; the loader takes a single one for a list of one.
template <class Document>
std::vector<Document*> rulesIn(Document& document) {
  auto* rules = memberOf(memberOf(memberOf(&document, "extensions"), "sync"), "registries");
  std::vector<Document*> found;
  if (rules == nullptr) return found;
  if (!rules->is_array()) return {rules};
  for (auto& rule : *rules) found.push_back(&rule);
  return found;
}

std::string carriedId(const Json& rule) {
  if (!rule.is_object()) return "";
  auto id = rule.find(kElementId);
  return id != rule.end() && id->is_string() ? id->get<std::string>() : "";
}

// "" for a rule without a URL.
std::string firstUrl(const Json& rule) {
  const auto* urls = memberAnyCase(&rule, "urls");
  if (urls == nullptr || urls->empty()) return "";
  return canonicalText(urls->is_array() ? urls->front() : *urls);
}

// What it serves: the first URL and the prefixes; "" for a rule without a URL.
std::string servedBy(const Json& rule) {
  auto text = firstUrl(rule);
  if (text.empty()) return text;
  const auto* content = memberAnyCase(&rule, "content");
  if (content == nullptr || !content->is_array()) return text;
  for (const auto& entry : *content) {
    const auto* prefix = memberAnyCase(&entry, "prefix");
    text += '\n' + (prefix != nullptr ? canonicalText(*prefix) : std::string());
  }
  return text;
}

class Naming {
 public:
  Naming(std::vector<const Json*> rules, std::vector<const Json*> before, const RuleIds& ids)
      : rules_(std::move(rules)), before_(std::move(before)), old_(ids), ids_(rules_.size()) {
    old_.resize(before_.size());
  }

  RuleIds result() {
    for (std::size_t i = 0; i < rules_.size(); ++i) keep(i, carriedId(*rules_[i]));
    inherit(canonicalText);
    inherit(servedBy);
    inheritAlone(firstUrl);
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      // By what it serves, so that daemons whose files have other settings for it agree, too.
      auto served = servedBy(*rules_[i]);
      const auto text = served.empty() ? canonicalText(*rules_[i]) : std::move(served);
      for (int n = 0; ids_[i].empty(); ++n) {
        keep(i, core::Digest::of(text + '\n' + std::to_string(n)).hex().substr(0, kDigits));
      }
    }
    return std::move(ids_);
  }

 private:
  void keep(std::size_t rule, const std::string& id) {
    if (ids_[rule].empty() && isRuleId(id) && used_.insert(id).second) ids_[rule] = id;
  }

  template <class TextOf>
  void inherit(TextOf textOf) {
    std::unordered_map<std::string, std::vector<std::size_t>> places;  // in before_, the first last
    for (std::size_t k = before_.size(); k-- > 0;) {
      if (auto text = textOf(*before_[k]); !text.empty() && !used_.contains(old_[k])) places[text].push_back(k);
    }
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (!ids_[i].empty()) continue;
      auto found = places.find(textOf(*rules_[i]));
      if (found == places.end() || found->second.empty()) continue;
      keep(i, old_[found->second.back()]);
      found->second.pop_back();
    }
  }

  // Where no other rule can be meant.
  template <class TextOf>
  void inheritAlone(TextOf textOf) {
    std::unordered_map<std::string, std::vector<std::size_t>> mine, places;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (ids_[i].empty()) mine[textOf(*rules_[i])].push_back(i);
    }
    for (std::size_t k = 0; k < before_.size(); ++k) {
      if (!used_.contains(old_[k])) places[textOf(*before_[k])].push_back(k);
    }
    for (const auto& [text, rules] : mine) {
      auto found = places.find(text);
      if (text.empty() || rules.size() != 1 || found == places.end() || found->second.size() != 1) continue;
      keep(rules.front(), old_[found->second.front()]);
    }
  }

  const std::vector<const Json*> rules_, before_;
  RuleIds old_;  // of before_
  RuleIds ids_;  // of rules_
  std::set<std::string> used_;
};

}  // namespace

RuleIds identifyRules(const Json& document, const Json& before, const RuleIds& ids) {
  return Naming(rulesIn(document), rulesIn(before), ids).result();
}

Json withRuleIds(Json document, const RuleIds& ids) {
  auto rules = rulesIn(document);
  for (std::size_t i = 0; i < rules.size() && i < ids.size(); ++i) {
    if (rules[i]->is_object()) (*rules[i])[std::string(kElementId)] = ids[i];
  }
  return document;
}

void dropRuleIds(Json& document, const std::set<std::string>& known) {
  for (auto* rule : rulesIn(document)) {
    if (known.contains(carriedId(*rule))) rule->erase(std::string(kElementId));
  }
}

RuleIds ruleIdsOf(const Json& document) {
  RuleIds ids;
  for (const auto* rule : rulesIn(document)) ids.push_back(carriedId(*rule));
  return ids;
}

std::size_t countRules(const Json& document) {
  return rulesIn(document).size();
}

bool isRuleId(std::string_view text) {
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace larder::config
