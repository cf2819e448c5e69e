// JSON that keeps the file's order, so that problems and rules stay in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace larder::config {

using Json = nlohmann::ordered_json;

// The member `key` of `object`; null if it is no object, has no such member, or the member is null.
inline const Json* member(const Json* object, std::string_view key) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto it = object->find(key);
  return it == object->end() || it->is_null() ? nullptr : &*it;
}

}  // namespace larder::config
