// Which element of a list is which one of another state of the list. A configuration's lists have no keys: an element
// is known by an identity that it carries, by being the same, by the members that name it (x-identity in the schema),
// or by standing alone between the same neighbours. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema.hpp"

namespace larder::config {

// The identity that an element of a list carries while a document is edited; in no file and in no answer.
inline constexpr std::string_view kElementId = "$id";

// Equal as JSON: the order of an object's members does not count.
bool same(const Json& a, const Json& b);
// The same text for all that is same(). Identities that are carried do not count.
std::string canonicalText(const Json& value);

// For each element of `after` its place in `before`, none for a new one. No place is named twice.
using Pairs = std::vector<std::optional<std::size_t>>;
// `node`: of the elements; null if the schema does not know them.
Pairs pairElements(const SchemaNode* node, const Json& before, const Json& after);

// What names the element among others of its list (x-identity), as text; "" if nothing does.
std::string identityOf(const SchemaNode* node, const Json& element);

// Whether elements of such a list are told apart: objects, and texts that are a set.
bool hasElements(const SchemaNode* list, const Json& value);

// What a person calls the element: "registry-1.docker.io, library/**", "users alice, bob". "" if nothing names it.
std::string nameOf(const SchemaNode* node, const Json& element);

}  // namespace larder::config
