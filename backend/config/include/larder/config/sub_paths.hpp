// Which repositories storage.subPaths is about.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "larder/config/config.hpp"

namespace larder::config {

// The route whose settings the repository follows: "/team" for "team/app", if there is such a sub-path, else "".
std::string routeOf(const Config& config, std::string_view repository);
// What is kept by route: the route's own; of "", and of a route that has none, what storage has.
template <class T>
const T& ofRoute(const std::map<std::string, T>& subPaths, const std::string& route, const T& storages) {
  auto found = subPaths.find(route);
  // The overload below takes no temporaries.
  return found == subPaths.end() ? storages : found->second;  // NOLINT(bugprone-return-const-ref-from-parameter)
}
template <class T>
const T& ofRoute(const std::map<std::string, T>& subPaths, const std::string& route, const T&& storages) = delete;

// The route's settings.
inline const Storage& storageOf(const Config& config, const std::string& route) {
  return ofRoute(config.subPaths, route, config.storage);
}

}  // namespace larder::config
