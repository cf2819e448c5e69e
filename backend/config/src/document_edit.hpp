// Operations on whole configuration documents along the schema: merge patches, differences, secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "larder/config/editor.hpp"
#include "schema.hpp"

namespace larder::config {

// The member of that name in any case; null if `object` is no object, has none, or it is null.
const Json* memberAnyCase(const Json* object, std::string_view name);

// Applies a JSON merge patch (RFC 7396) in place. A key of the schema meets the document's spelling of it, so that
// "rootdirectory" is changed and not joined by "rootDirectory"; keys that stay keep their place, new ones go last.
void mergePatch(const SchemaNode* node, Json& document, const Json& patch);

// The merge patch that makes `to` of `from`: empty object if they are equal. Both are objects.
Json patchBetween(const Json& from, const Json& to);

// What differs, leaf by leaf, in the order of `after`, then what is only in `before`; secrets are hidden. Elements of
// lists are told by pairElements(), so that one that came does not make all behind it differ. At most `most` of them.
std::vector<Difference> differences(const SchemaNode& schema, const Json& before, const Json& after, std::size_t most);

// Puts kSecret in the place of every secret that is set, and of every value at a place that the schema does not know.
// Identities of elements are left out.
Json withoutSecrets(const SchemaNode* node, const Json& value);

// Where secrets are set.
std::vector<std::string> secretPaths(const SchemaNode& schema, const Json& document);

// Puts the secrets of `current` back where `edited` has kSecret. Elements of lists are told by the rest of them. What
// finds none is a problem, and so is one that would go to another address than it does in `current` (x-address).
std::vector<Problem> restoreSecrets(const SchemaNode& schema, Json& edited, const Json& current);

// Puts kSecret in the place of the secrets that go to an address, and leaves all else as it is: a patch that is applied
// then says by restoreSecrets() which of them it keeps.
Json withoutAddressedSecrets(const SchemaNode& schema, Json document);

// Secrets in `document` that go to an address at which none of `known` has them. A merge may take the address from one
// side and the secret from the other.
std::vector<Problem> strangeSecrets(const SchemaNode& schema, const Json& document,
                                    const std::vector<const Json*>& known);

}  // namespace larder::config
