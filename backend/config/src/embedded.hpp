// Files of resources/ that are parts of the daemon; made by embed.cmake.
#pragma once

#include <string_view>

namespace larder::config::embedded {

std::string_view config_schema_json();
std::string_view default_config_json();

}  // namespace larder::config::embedded
