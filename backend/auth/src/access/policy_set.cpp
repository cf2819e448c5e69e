#include "policy_set.hpp"

#include <algorithm>

namespace larder::auth {

PolicySet::PolicySet(const config::RepositoryAccess& access)
    : byDefault_(actionSet(access.defaultPolicy)), anonymous_(actionSet(access.anonymousPolicy)) {
  for (std::size_t i = 0; i < access.policies.size(); ++i) {
    const auto& policy = access.policies[i];
    ActionSet actions = actionSet(policy.actions);
    for (const auto& user : policy.users) users_[user].add(actions, i);
    for (const auto& group : policy.groups) groups_[group].add(actions, i);
  }
}

void PolicySet::FirstPolicies::add(ActionSet actions, std::size_t policyIndex) {
  for (Action action : kAllActions) {
    std::size_t& first = policy[index(action)];
    if (first == kNone && actions.test(index(action))) first = policyIndex;
  }
}

std::optional<PolicySet::Grant> PolicySet::find(const Identity& identity, Action action) const {
  if (identity.isAnonymous()) {
    if (anonymous_.test(index(action))) return Grant{Source::AnonymousPolicy};
    return std::nullopt;
  }
  if (auto user = users_.find(identity.name); user != users_.end()) {
    std::size_t policy = user->second.policy[index(action)];
    if (policy != kNone) return Grant{Source::Policy, policy};
  }
  std::size_t first = kNone;
  if (!groups_.empty()) {
    for (const auto& name : identity.groups) {
      auto group = groups_.find(name);
      if (group != groups_.end()) first = std::min(first, group->second.policy[index(action)]);
    }
  }
  if (first != kNone) return Grant{Source::Policy, first};
  if (byDefault_.test(index(action))) return Grant{Source::DefaultPolicy};
  return std::nullopt;
}

}  // namespace larder::auth
