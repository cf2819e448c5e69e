// What a value must look like beyond its type.
#pragma once

#include <optional>
#include <string>

#include "schema.hpp"

namespace larder::config {

struct Complaint {
  std::string message;
  std::string hint;
};

// What `node` expects, to follow "This must be ": "a duration such as 5m or 1h30m".
std::string expectation(const SchemaNode& node);

// Checks a text (or for some formats a number) of the right type. Puts `value` into its canonical form: a port and a
// number of bytes become numbers, nanoseconds become a duration. Nothing if it is right.
std::optional<Complaint> checkFormat(const SchemaNode& node, Json& value);
// The same for a name that is data.
std::optional<Complaint> checkName(ValueFormat format, const std::string& name);

}  // namespace larder::config
