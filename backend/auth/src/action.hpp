// Actions as the configuration writes them, and sets of them.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "larder/auth/auth.hpp"

namespace larder::auth {

inline constexpr std::array kAllActions = {Action::Read, Action::Create, Action::Update, Action::Delete,
                                           Action::DetectManifestCollision};
inline constexpr std::size_t kActionCount = kAllActions.size();
constexpr std::size_t index(Action action) {
  return static_cast<std::size_t>(action);
}

using ActionSet = std::bitset<kActionCount>;

std::optional<Action> actionFromString(std::string_view name);
// Names that are no action are left out: the configuration was checked when it was loaded.
ActionSet actionSet(std::span<const std::string> names);

}  // namespace larder::auth
