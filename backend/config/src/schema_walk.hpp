// Walking a document along the schema, whatever case its keys are in.
#pragma once

#include <string>
#include <string_view>

#include "path.hpp"
#include "schema.hpp"
#include "text.hpp"

namespace larder::config {

// The schema of the member `name`; null if the schema does not know it.
inline const SchemaNode* childOf(const SchemaNode* node, std::string_view name) {
  if (node == nullptr) return nullptr;
  if (const auto* property = node->find(name)) return property->second.get();
  return node->additional.get();
}

inline Path placeOf(const SchemaNode* node, const Path& parent, const std::string& name) {
  return node != nullptr && node->hasDataNames() ? parent.entry(name) : parent / name;
}

// The member as `object` spells it; end() if it has none. `object` is an object.
template <class Object>
auto memberAs(const SchemaNode* node, Object& object, const std::string& name) {
  auto found = object.find(name);
  if (found != object.end() || node == nullptr || node->find(name) == nullptr) return found;
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (equalIgnoringCase(it.key(), name)) return it;
  }
  return object.end();
}

}  // namespace larder::config
