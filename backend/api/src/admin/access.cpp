// Who may do what, and why.
#include "admin/handlers.hpp"
#include "larder/auth/methods.hpp"
#include "larder/core/reference.hpp"

namespace larder::api::admin {
namespace {

constexpr std::array kActions = {auth::Action::Read, auth::Action::Create, auth::Action::Update, auth::Action::Delete,
                                 auth::Action::DetectManifestCollision};

Json policyJson(const config::AccessPolicy& policy) {
  return {{"users", policy.users}, {"groups", policy.groups}, {"actions", policy.actions}};
}

}  // namespace

Answer getPolicies(Call call) {
  const auto& access = call.config().http.accessControl;
  Json body{{"configured", access.has_value()},
            {"adminPolicy", policyJson(access ? access->adminPolicy : config::AccessPolicy{})},
            {"items", Json::array()}};
  if (access) {
    for (const auto& entry : access->repositories) {
      auto policies = Json::array();
      for (const auto& policy : entry.policies) policies.push_back(policyJson(policy));
      body["items"].push_back({{"repositories", entry.key},
                               {"policies", std::move(policies)},
                               {"defaultPolicy", entry.defaultPolicy},
                               {"anonymousPolicy", entry.anonymousPolicy}});
    }
  }
  co_return jsonResponse(200, body);
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
  co_return jsonResponse(200, {{"allowed", decision.allowed}, {"rule", decision.rule}, {"groups", identity->groups}});
}

}  // namespace larder::api::admin
