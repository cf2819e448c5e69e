// What the schema alone says of a value: for a file that is edited without a daemon. A daemon knows more (whether paths
// exist, what refers to what), and its verdict is the one that counts.
#pragma once

#include <vector>

#include "console/forms/value.hpp"
#include "larder/apitypes/basics.hpp"

namespace console::forms {

// Of the configuration compiled into this console.
const Json& ownSchema();

// What does not fit `schema`, which has no `$ref` left: wrong types, unknown and missing keys, values out of range.
// Formats of texts (durations, sizes, globs) are for the daemon to judge. At most 100 are listed.
std::vector<larder::apitypes::InputError> complaintsOf(const Json& schema, const Json& value);

// `value` with each of its secrets as it is in `written`, where secrets are masked, or without it: for a place where
// none may be kept.
Json withoutSecrets(const Json& schema, const Json& value, const Json& written);

}  // namespace console::forms
