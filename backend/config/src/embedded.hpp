// Files of resources/ that are parts of the daemon; made by embed.cmake.
#pragma once

#include <string_view>

namespace larder::config::embedded {

std::string_view configSchemaJson();
std::string_view defaultConfigJson();

}  // namespace larder::config::embedded
