// The stable identities of the sync rules. The file has none, since it is Zot's: they are kept beside each revision of
// the configuration and carried from one to the next. Pure.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "larder/config/json.hpp"

namespace larder::config {

// One for each entry of extensions.sync.registries, in its order: 12 hex digits.
using RuleIds = std::vector<std::string>;

// The identities of the rules of `document`, which came after `before` with `ids`. A rule keeps the one that it carries
// (kElementId), else that of a rule with the same content, else that of one with the same first URL and prefixes, else
// that of the only one left with the same first URL, if it is the only one left too; any other is a new rule, named
// by what it serves. The same input always gives the same identities, so that daemons that share a directory agree.
RuleIds identifyRules(const Json& document, const Json& before, const RuleIds& ids);

// The document with its rules carrying their identities; `ids` may be shorter.
Json withRuleIds(Json document, const RuleIds& ids);
// Takes the known ones off again. Any other was made up by a client: it stays, to be found when the document is
// checked.
void dropRuleIds(Json& document, const std::set<std::string>& known);

// Those that the rules carry.
RuleIds ruleIdsOf(const Json& document);
std::size_t countRules(const Json& document);

bool isRuleId(std::string_view text);

}  // namespace larder::config
