#include "larder/apitypes/access.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(Action, "read", "create", "update", "delete", "detectManifestCollision")
LARDER_JSON(User, name, groups, admin, hash, cost, etag)
LARDER_JSON_OVER(UserList, Page<User>, editable, reason)
LARDER_JSON(NewUser, name, password)
LARDER_JSON(NewPassword, password)
LARDER_JSON(Group, name, users)
LARDER_JSON(Policy, users, groups, actions)
LARDER_JSON(RepositoryPolicies, repositories, policies, defaultPolicy, anonymousPolicy)
LARDER_JSON(Policies, configured, adminPolicy, items)
LARDER_WORDS(DecisionSource, "policy", "defaultPolicy", "anonymousPolicy", "entry", "adminPolicy", "block", "none")
LARDER_WORDS(WarningKind, "takesAway", "widerByDefault", "anonymousChanges")
LARDER_JSON(RepositoryRule, repositories, wins)
LARDER_JSON(Block, id, repository, tags, pull, mirror, reason, by, at)
LARDER_JSON(AccessDecision, allowed, rule, groups, source, glob, policy, rules, blocked, blocks)
LARDER_JSON(AccessDraft, base, patch, config)
LARDER_JSON(AccessQuestion, user, group, repository, action, tag, draft)
LARDER_JSON(ReviewInput, draft)
LARDER_JSON_OVER(RankedPolicies, RepositoryPolicies, precedence)
LARDER_JSON(AccessWarning, kind, repositories, wider, who, actions, message)
LARDER_JSON(AccessReview, items, warnings)
LARDER_JSON(EffectiveInput, user, group, draft, q, limit, cursor)
LARDER_JSON(RepositoryRights, repository, actions, rule, blocked)
LARDER_JSON(GlobRights, repositories, actions)
LARDER_JSON_OVER(EffectiveAccess, Page<RepositoryRights>, admin, groups, globs)

}  // namespace larder::apitypes
