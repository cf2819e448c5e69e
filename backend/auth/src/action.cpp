#include "action.hpp"

namespace larder::auth {

const char* toString(Action action) {
  switch (action) {
    case Action::Read:
      return "read";
    case Action::Create:
      return "create";
    case Action::Update:
      return "update";
    case Action::Delete:
      return "delete";
    case Action::DetectManifestCollision:
      return "detectManifestCollision";
  }
  return "unknown";
}

std::optional<Action> actionFromString(std::string_view name) {
  for (Action action : kAllActions) {
    if (name == toString(action)) return action;
  }
  return std::nullopt;
}

ActionSet actionSet(std::span<const std::string> names) {
  ActionSet set;
  for (const auto& name : names) {
    if (auto action = actionFromString(name)) set.set(index(*action));
  }
  return set;
}

}  // namespace larder::auth
