#include "identities.hpp"

#include "larder/auth/methods.hpp"

namespace larder::auth {

Identities::Identities(const config::Http& http) {
  if (!http.accessControl) return;
  for (const auto& [group, users] : http.accessControl->groups) {
    for (const auto& user : users) {
      auto& groups = groupsOf_[user];
      if (groups.empty() || groups.back() != group) groups.push_back(group);
    }
  }
}

std::shared_ptr<const Identity> Identities::make(std::string_view name) const {
  auto found = groupsOf_.find(name);
  return std::make_shared<const Identity>(
      Identity{std::string(name), found == groupsOf_.end() ? std::vector<std::string>{} : found->second});
}

std::vector<std::shared_ptr<const Identity>> identitiesOf(const config::Http& http,
                                                          std::span<const std::string> names) {
  Identities identities(http);
  std::vector<std::shared_ptr<const Identity>> list;
  list.reserve(names.size());
  for (const auto& name : names) list.push_back(name.empty() ? identities.anonymous() : identities.make(name));
  return list;
}

}  // namespace larder::auth
