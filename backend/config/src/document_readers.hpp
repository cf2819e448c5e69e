// The reader of YAML behind parseDocument().
#pragma once

#include "document.hpp"

namespace larder::config {

// YAML 1.2, core schema: plain `true`, `5`, `~` are JSON's values, what is quoted stays text. One document.
core::Result<Json> readYaml(std::string_view text);

}  // namespace larder::config
