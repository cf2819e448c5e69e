#include "larder/config/load.hpp"
#include "schema.hpp"

namespace larder::config {
namespace {

Json memberOrNull(const Json& object, const std::string& name) {
  const auto* found = member(&object, name);
  return found != nullptr ? *found : Json(nullptr);
}

void compare(const SchemaNode& node, const Json& running, const Json& loaded, const std::string& path,
             std::vector<std::string>& changed) {
  if (running == loaded) return;
  if (node.restart == Restart::Always || (node.restart == Restart::Presence && running.is_null() != loaded.is_null())) {
    changed.push_back(path);
    return;
  }
  for (const auto& [name, child] : node.properties) {
    compare(*child, memberOrNull(running, name), memberOrNull(loaded, name), path.empty() ? name : path + "." + name,
            changed);
  }
}

}  // namespace

std::vector<std::string> restartNeeded(const Config& running, const Config& loaded) {
  std::vector<std::string> changed;
  // A snapshot that was made by hand has no document to compare.
  if (running.document.empty() || loaded.document.empty()) return changed;
  compare(configSchema(), Json::parse(running.document), Json::parse(loaded.document), "", changed);
  return changed;
}

}  // namespace larder::config
