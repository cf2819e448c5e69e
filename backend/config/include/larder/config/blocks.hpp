// Changes of larder.blocked, for Editor::edit().
//
// A block is named by what it blocks, so that neither the order of the list nor an edit of its reason gives it another
// identity. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "larder/config/editor.hpp"

namespace larder::config {

inline constexpr std::size_t kMostBlocks = 1000;
inline constexpr std::size_t kMostReasonBytes = 500;

// 12 hex digits of the glob and the tag pattern ("" for none), both as written.
std::string blockId(std::string_view repository, std::string_view tags);

// Behind the others. Conflict if the same is blocked already.
Editor::Change addBlock(Json block);
// NotFound.
Editor::Change removeBlock(std::string id);

}  // namespace larder::config
