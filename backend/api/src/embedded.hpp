// Files of resources/ that are parts of the daemon; made by embed.cmake.
#pragma once

#include <string_view>

namespace larder::api::embedded {

std::string_view openapiYaml();

}  // namespace larder::api::embedded
