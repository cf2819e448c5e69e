#include "larder/config/sub_paths.hpp"

namespace larder::config {

// As Zot does: the first segment of a name that has several.
std::string routeOf(const Config& config, std::string_view repository) {
  auto end = repository.find('/');
  if (config.subPaths.empty() || end == std::string_view::npos) return "";
  auto route = "/" + std::string(repository.substr(0, end));
  return config.subPaths.contains(route) ? route : "";
}

}  // namespace larder::config
