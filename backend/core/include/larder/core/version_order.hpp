// The order of tags as versions: what people expect of a list of releases, whatever scheme a project has.
#pragma once

#include <compare>
#include <string_view>

namespace larder::core {

// Tags without a version ("latest") come first, by name; then by their leading numbers ("v1.9" before "1.10", "1.27"
// before "1.27.0"); of the same numbers, pre-releases ("-rc1", "-alpha"), then the version itself, then its variants
// ("-alpine", "+build"). Numbers inside of the rest count as numbers too. What is still equal is in the order of bytes,
// so that only equal texts are.
std::strong_ordering compareAsVersions(std::string_view a, std::string_view b);

}  // namespace larder::core
