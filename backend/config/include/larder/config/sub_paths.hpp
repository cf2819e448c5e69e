// Which repositories storage.subPaths is about.
#pragma once

#include <string>
#include <string_view>

#include "larder/config/config.hpp"

namespace larder::config {

// The route whose settings the repository follows: "/team" for "team/app", if there is such a sub-path, else "".
std::string routeOf(const Config& config, std::string_view repository);
// Of a route, those of its sub-path; of "", or of a route that is none, storage's own.
const Storage& storageOf(const Config& config, const std::string& route);

}  // namespace larder::config
