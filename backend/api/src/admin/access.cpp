// Who may do what, and why.
#include "larder/apitypes/access.hpp"

#include "admin/access_subject.hpp"
#include "admin/handlers.hpp"
#include "larder/core/reference.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

apitypes::DecisionSource sourceOf(auth::Decision::Source source) {
  switch (source) {
    case auth::Decision::Source::Policy:
      return apitypes::DecisionSource::Policy;
    case auth::Decision::Source::DefaultPolicy:
      return apitypes::DecisionSource::DefaultPolicy;
    case auth::Decision::Source::AnonymousPolicy:
      return apitypes::DecisionSource::AnonymousPolicy;
    case auth::Decision::Source::Entry:
      return apitypes::DecisionSource::Entry;
    case auth::Decision::Source::AdminPolicy:
      return apitypes::DecisionSource::AdminPolicy;
    case auth::Decision::Source::None:
      break;
  }
  return apitypes::DecisionSource::None;
}

// What is asked about, beside who asks.
struct Question {
  std::string repository, tag;
  auth::Action action;
};

// The policies' part of it.
apitypes::AccessDecision granted(const AccessPolicies& policies, const auth::Identity& identity,
                                 const std::string& repository, auth::Action action) {
  auto decision = policies.authorizer->explain(identity, repository, action);
  apitypes::AccessDecision answer;
  answer.allowed = decision.allowed;
  answer.rule = std::move(decision.rule);
  answer.groups = identity.groups;
  answer.source = sourceOf(decision.source);
  answer.policy = decision.policy;
  const auto& access = policies.config->http.accessControl;
  if (!access) return answer;
  for (auto entry : policies.authorizer->entriesFor(repository)) {
    answer.rules.push_back({access->repositories[entry].key, answer.rules.empty()});
  }
  if (decision.entry) answer.glob = access->repositories[*decision.entry].key;
  return answer;
}

// Blocks hold for everyone, so that they come after the policies, as in a pull.
runtime::Task<apitypes::AccessDecision> decisionOf(Call call, AccessPolicies policies, auth::Identity identity,
                                                   Question asked) {
  auto answer = granted(policies, identity, asked.repository, asked.action);
  if (asked.action != auth::Action::Read) co_return answer;
  auto route = co_await call.services->parts.registry.sync().explainRoute(asked.repository, "", asked.tag);
  auto names = route ? std::move(route->names) : registry::RepositoryNames{asked.repository};
  for (const auto& block : policies.config->larder.blocked) {
    if (block.pull && registry::speaksOf(block, names)) answer.blocks.push_back(api::toApi(block));
  }
  if (!answer.allowed || answer.blocks.empty()) co_return answer;
  auto blocks = co_await blocksOf(call, policies);
  const auto* block = blocks.blockOfPull(names, asked.tag);
  if (block == nullptr) co_return answer;
  answer.allowed = false;
  answer.source = apitypes::DecisionSource::Block;
  answer.rule = "larder.blocked[\"" + block->key + "\"]";
  answer.glob = block->key;
  answer.policy.reset();
  answer.blocked = blocks.refusePull(names, asked.tag)->message;
  co_return answer;
}

}  // namespace

Answer getPolicies(Call call) {
  const auto& access = call.config().http.accessControl;
  apitypes::Policies policies;
  if (access) {
    policies.configured = true;
    const auto& admins = access->adminPolicy;
    policies.adminPolicy = {admins.users, admins.groups, actionsOf(admins.actions)};
    for (const auto& entry : access->repositories) policies.items.push_back(policiesOf(entry));
  }
  co_return jsonResponse(200, policies);
}

Answer explainAccess(Call call) {
  auto user = call.head().queryParameter("user").value_or("");
  auto repository = call.head().queryParameter("repository").value_or("");
  auto wanted = call.head().queryParameter("action").value_or("");
  auto action = std::ranges::find(kActions, wanted, [](auto one) { return std::string_view(auth::toString(one)); });
  if (action == kActions.end()) {
    co_return invalidInput({{"?action", "Unknown action.", "read, create, update, delete, detectManifestCollision"}});
  }
  if (!core::isRepositoryName(repository)) {
    co_return invalidInput({{"?repository", "This is not a valid repository name.", "library/nginx, without a tag"}});
  }
  auto tag = call.head().queryParameter("tag").value_or("");
  if (!tag.empty() && !core::isTag(tag)) co_return invalidInput({{"?tag", "This is not a tag.", "1.27"}});
  auto policies = co_await policiesOf(call, std::nullopt);
  auto identity = subjectOf(*policies, user, std::nullopt);
  co_return jsonResponse(200, co_await decisionOf(call, *policies, std::move(identity), {repository, tag, *action}));
}

Answer explainDraft(Call call) {
  Input<apitypes::AccessQuestion> input(call.body);
  if (!core::isRepositoryName(input->repository)) {
    input.wrong("repository", "This is not a valid repository name.", "library/nginx, without a tag");
  }
  auto tag = input->tag.value_or("");
  if (!tag.empty() && !core::isTag(tag)) input.wrong("tag", "This is not a tag.", "1.27");
  checkSubject(input, input->user, input->group);
  checkDraft(input, input->draft);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto action = std::ranges::find(kActions, input->action, [](auto one) { return api::toApi(one); });
  auto policies = co_await policiesOf(call, std::move(input->draft));
  if (!policies) co_return std::move(policies.error());
  auto identity = subjectOf(*policies, input->user, input->group);
  Question asked{input->repository, std::move(tag), *action};
  co_return jsonResponse(200, co_await decisionOf(call, *policies, std::move(identity), std::move(asked)));
}

}  // namespace larder::api::admin
