// Names of registries: the spellings of one registry are one.
#pragma once

#include <string>
#include <string_view>

namespace larder::config {

// The host of "registry.example.org:5000", "https://index.docker.io/v1/" and the like, in lower case, without the port
// 443; docker.io for each of its names.
std::string canonicalHost(std::string_view hostOrUrl);

}  // namespace larder::config
