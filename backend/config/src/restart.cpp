#include "larder/config/load.hpp"
#include "larder/core/json.hpp"
#include "schema.hpp"
#include "text.hpp"

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
    compare(*child, memberOrNull(running, name), memberOrNull(loaded, name), dotted(path, name), changed);
  }
}

}  // namespace

std::vector<std::string> restartNeeded(const Config& running, const Config& loaded) {
  std::vector<std::string> changed;
  // A snapshot that was made by hand has no document to compare.
  if (running.document.empty() || loaded.document.empty()) return changed;
  compare(configSchema(), core::parseOrderedJson(running.document, core::kOwnJson).value(),
          core::parseOrderedJson(loaded.document, core::kOwnJson).value(), "", changed);
  return changed;
}

}  // namespace larder::config
