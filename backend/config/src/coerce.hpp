// Values in another type than the schema's, where they can mean one thing only.
#pragma once

#include "schema.hpp"

namespace larder::config {

// `value` as one of the kinds that `node` allows, as Zot's loader would take it; unchanged if there is no way.
Json coerce(const SchemaNode& node, const Json& value);
// Whether `value` is of a kind that `node` allows.
bool hasAllowedKind(const SchemaNode& node, const Json& value);
// "the text \"perhaps\"", "a list"; says nothing of the content of secrets.
std::string describe(const Json& value, bool secret);

}  // namespace larder::config
