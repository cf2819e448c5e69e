// Reading and changing JSON values by path, never in place. As the dashboard does it (web/src/config/value.ts):
// tests/faces/values.json holds both to it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "larder/apitypes/json.hpp"

namespace console::forms {

using Json = larder::apitypes::Json;
// Where a value stands: keys, and indexes of lists.
using Key = std::variant<std::string, std::size_t>;
using Path = std::vector<Key>;

// Null where nothing is. Keys of the configuration are matched without regard to case.
const Json* getAt(const Json& value, const Path& path);
// A copy with the value at the path set; without one it is taken out.
Json setAt(const Json& value, const Path& path, const std::optional<Json>& next);
// Without regard to the order of members.
bool equal(const Json& a, const Json& b);
// The merge patch (RFC 7396) that makes `after` of `before`.
Json mergePatch(const Json& before, const Json& after);
// Without the empty lines that a list has while it is typed.
Json tidy(const Json& value);

// As the daemon writes it: storage.gcDelay, registries[0].urls, larder.upstreams["docker.io"].
std::string pathText(const Path& path);
// Reads what the daemon writes: "$.http.port", "http.port", "/http/port", "a[0].b".
Path parsePath(std::string_view text);

Path operator/(const Path& path, Key key);

}  // namespace console::forms
