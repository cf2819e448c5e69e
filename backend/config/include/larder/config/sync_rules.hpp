// Changes of extensions.sync.registries, for Editor::edit().
//
// A rule is named by its identity, which stays when it is edited or moved. An edit is Stale if that rule was changed or
// removed since the editor saw it; what happens to other rules does not matter.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "larder/config/editor.hpp"

namespace larder::config {

// The rules as they are written; an empty list if there are none.
Json rulesOf(const Json& document);

Editor::Change addRule(Json rule);  // after the others
// For EditOptions::ofElement. NotFound for an identity that no rule has or had.
Editor::Change replaceRule(std::string id, Json rule);
Editor::Change removeRule(std::string id);
// `order`: the identities, each once; InvalidArgument otherwise. Stale if rules came, went or were moved.
Editor::Change orderRules(std::vector<std::string> order);

}  // namespace larder::config
