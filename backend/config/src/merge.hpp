// Merging what two admins made of one document: three ways, key by key, lists by the identity of their elements
// (elements.hpp). Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/config/editor.hpp"
#include "schema.hpp"

namespace larder::config {

struct Merge {
  Json document;
  // What both changed, differently, in the order of the document; those that `choices` decides are left out. `document`
  // has there what `theirs` says.
  std::vector<Conflict> conflicts;
};

// `node`: of the documents. They hold their secrets; conflicts hide them.
Merge mergeThreeWays(const SchemaNode* node, const Json& base, const Json& mine, const Json& theirs,
                     const Choices& choices);

}  // namespace larder::config
