#include "polling/platforms.hpp"

#include <algorithm>

namespace larder::registry {

bool wantsPlatform(const std::vector<std::string>& wanted, std::string_view platform) {
  if (wanted.empty() || platform.empty() || platform.starts_with("unknown/")) return true;
  return std::ranges::any_of(wanted, [platform](std::string_view one) {
    return platform.starts_with(one) && (platform.size() == one.size() || platform[one.size()] == '/');
  });
}

}  // namespace larder::registry
