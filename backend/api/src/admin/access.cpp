// Who may do what, and why.
#include "larder/apitypes/access.hpp"

#include "admin/handlers.hpp"
#include "larder/auth/methods.hpp"
#include "larder/core/reference.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

// The configuration's words are those of the API.
std::vector<apitypes::Action> actionsOf(const std::vector<std::string>& words) {
  std::vector<apitypes::Action> actions;
  actions.reserve(words.size());
  for (const auto& word : words) actions.push_back(byWord<apitypes::Action>(word));
  return actions;
}

apitypes::Policy policyOf(const config::AccessPolicy& policy) {
  return {policy.users, policy.groups, actionsOf(policy.actions)};
}

}  // namespace

Answer getPolicies(Call call) {
  const auto& access = call.config().http.accessControl;
  apitypes::Policies policies;
  if (access) {
    policies.configured = true;
    policies.adminPolicy = policyOf(access->adminPolicy);
    for (const auto& entry : access->repositories) {
      apitypes::RepositoryPolicies item;
      item.repositories = entry.key;
      for (const auto& policy : entry.policies) item.policies.push_back(policyOf(policy));
      item.defaultPolicy = actionsOf(entry.defaultPolicy);
      item.anonymousPolicy = actionsOf(entry.anonymousPolicy);
      policies.items.push_back(std::move(item));
    }
  }
  co_return jsonResponse(200, policies);
}

Answer explainAccess(Call call) {
  auto user = call.head().queryParameter("user").value_or("");
  auto repository = call.head().queryParameter("repository").value_or("");
  auto wanted = call.head().queryParameter("action").value_or("");
  auto action = std::ranges::find(kActions, wanted, [](auto one) { return std::string_view(auth::toString(one)); });
  if (action == kActions.end()) {
    co_return invalidInput(
        {{"?action", "This is no action.", "read, create, update, delete, detectManifestCollision"}});
  }
  if (!core::isRepositoryName(repository)) {
    co_return invalidInput({{"?repository", "This is no name of a repository.", "library/nginx, without a tag"}});
  }
  auto identity = auth::identitiesOf(call.config().http, std::span(&user, 1)).front();
  auto decision = call.state->policy.authorizer->explain(*identity, repository, *action);
  co_return jsonResponse(200, apitypes::AccessDecision{decision.allowed, decision.rule, identity->groups});
}

}  // namespace larder::api::admin
