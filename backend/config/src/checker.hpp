// Walks a document along the schema: names every problem, and makes the document canonical.
#pragma once

#include <optional>

#include "findings.hpp"
#include "schema.hpp"

namespace larder::config {

// The document with the schema's spelling of keys, without nulls, values of the right type in canonical form, in the
// file's order. What was wrong is null: it is there, and cannot be used. Types are taken as leniently as Zot's loader
// takes them: "5000" for 5000, "true" for true, a single value for a list of one.
Json check(const SchemaNode& schema, const Json& document, Findings& findings);

// Puts the schema's defaults where the document says nothing. An object that is not there appears only if its default
// is an object. `document` must have passed check() without errors.
void fillDefaults(const SchemaNode& schema, Json& document);

}  // namespace larder::config
