#include "larder/apitypes/access.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(Action, "read", "create", "update", "delete", "detectManifestCollision")
LARDER_JSON(User, name, groups, admin, hash, cost)
LARDER_JSON_OVER(UserList, Page<User>, editable, reason)
LARDER_JSON(NewUser, name, password)
LARDER_JSON(NewPassword, password)
LARDER_JSON(Group, name, users)
LARDER_JSON(Policy, users, groups, actions)
LARDER_JSON(RepositoryPolicies, repositories, policies, defaultPolicy, anonymousPolicy)
LARDER_JSON(Policies, configured, adminPolicy, items)
LARDER_JSON(AccessDecision, allowed, rule, groups)

}  // namespace larder::apitypes
