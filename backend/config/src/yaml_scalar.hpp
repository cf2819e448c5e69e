// Plain scalars of YAML 1.2's core schema (section 10.3).
#pragma once

#include <string>

#include "larder/config/json.hpp"

namespace larder::config {

Json plainScalar(const std::string& text);

}  // namespace larder::config
