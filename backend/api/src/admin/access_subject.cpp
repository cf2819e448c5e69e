#include "admin/access_subject.hpp"

#include "admin/config_answers.hpp"
#include "larder/auth/methods.hpp"
#include "larder/runtime/offload.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kMaxSubject = 255;

apitypes::Policy policyOf(const config::AccessPolicy& policy) {
  return {policy.users, policy.groups, actionsOf(policy.actions)};
}

}  // namespace

std::vector<apitypes::Action> actionsOf(const std::vector<std::string>& words) {
  std::vector<apitypes::Action> actions;
  actions.reserve(words.size());
  for (const auto& word : words) actions.push_back(byWord<apitypes::Action>(word));
  return actions;
}

apitypes::RepositoryPolicies policiesOf(const config::RepositoryAccess& entry) {
  apitypes::RepositoryPolicies item;
  item.repositories = entry.key;
  for (const auto& policy : entry.policies) item.policies.push_back(policyOf(policy));
  item.defaultPolicy = actionsOf(entry.defaultPolicy);
  item.anonymousPolicy = actionsOf(entry.anonymousPolicy);
  return item;
}

std::string nameWithin(const config::RepositoryAccess& entry) {
  const auto& pattern = entry.repositories.pattern();
  std::string name;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    bool isStar = pattern[i] == '*';
    if (isStar && i + 1 < pattern.size() && pattern[i + 1] == '*') ++i;
    name += isStar || pattern[i] == '?' ? 'x' : pattern[i];
  }
  // Braces and classes stand for several names; what they begin with has to do.
  if (entry.repositories.matches(name)) return name;
  auto literal = std::string(entry.repositories.literalPrefix());
  while (literal.ends_with('/')) literal.pop_back();
  return literal;
}

void checkDraft(InputFaults& input, const std::optional<apitypes::AccessDraft>& draft) {
  if (!draft) return;
  if (draft->patch.has_value() == draft->config.has_value()) input.wrong("draft", "Send either patch or config.");
  for (const auto* part : {&draft->patch, &draft->config}) {
    if (*part && !(*part)->is_object()) input.wrong("draft", "The draft must be a JSON object.");
  }
}

runtime::Task<Wanted<AccessPolicies>> policiesOf(Call call, std::optional<apitypes::AccessDraft> draft) {
  if (!draft) co_return AccessPolicies{call.state->policy.config, call.state->policy.authorizer};
  config::MergeDraft merge;
  merge.base = draft->base.value_or(0);
  merge.isPatch = draft->patch.has_value();
  merge.draft = draft->patch ? *draft->patch : *draft->config;
  auto& editor = call.services->parts.editor;
  auto drafted = co_await runtime::offload(call.blocking(), [&] { return editor.drafted(merge); });
  if (!drafted) co_return tl::unexpected(refusalResponse(call, std::move(drafted.error())));
  co_return AccessPolicies{*drafted, auth::makeAuthorizer(*drafted)};
}

runtime::Task<registry::BlockList> blocksOf(Call call, AccessPolicies policies) {
  // Many patterns take a while to compile.
  co_return co_await runtime::offload(call.blocking(), [&] { return registry::BlockList(policies.config); });
}

void checkSubject(InputFaults& input, const std::optional<std::string>& user, const std::optional<std::string>& group) {
  if (user && group && !user->empty()) input.wrong("group", "Give either user or group, not both.");
  if (user && user->size() > kMaxSubject) input.wrong("user", "This is longer than the maximum length of a user name.");
  if (group && group->size() > kMaxSubject)
    input.wrong("group", "This is longer than the maximum length of a group name.");
}

auth::Identity subjectOf(const AccessPolicies& policies, const std::optional<std::string>& user,
                         const std::optional<std::string>& group) {
  // No user can have a colon in the name.
  if (group) return {":" + *group, {*group}};
  auto name = user.value_or("");
  return *auth::identitiesOf(policies.config->http, std::span(&name, 1)).front();
}

}  // namespace larder::api::admin
