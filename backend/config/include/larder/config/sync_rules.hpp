// Changes of extensions.sync.registries, for Editor::edit().
#pragma once

#include <cstddef>
#include <vector>

#include "larder/config/editor.hpp"

namespace larder::config {

// The rules as they are written; an empty list if there are none.
Json rulesOf(const Json& document);

Editor::Change addRule(Json rule);  // after the others
// NotFound for an index beyond the last rule.
Editor::Change replaceRule(std::size_t index, Json rule);
Editor::Change removeRule(std::size_t index);
// `order`: the indices as they are, each once; InvalidArgument otherwise.
Editor::Change orderRules(std::vector<std::size_t> order);

}  // namespace larder::config
