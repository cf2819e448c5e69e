// What somebody may do, repository by repository.
#include "admin/access_subject.hpp"
#include "admin/handlers.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kUsualLimit = 50, kMostLimit = 500, kMaxSearch = 255;

std::vector<apitypes::Action> rightsOf(const AccessPolicies& policies, const auth::Identity& identity,
                                       std::string_view repository) {
  std::vector<apitypes::Action> actions;
  for (auto action : kActions) {
    if (policies.authorizer->allows(identity, repository, action)) actions.push_back(toApi(action));
  }
  return actions;
}

}  // namespace

Answer effectiveAccess(Call call) {
  Input<apitypes::EffectiveInput> input(call.body);
  checkSubject(input, input->user, input->group);
  checkDraft(input, input->draft);
  storage::PageQuery<storage::RepositorySort> query;
  query.search = input->q.value_or("");
  query.limit = static_cast<std::size_t>(input->limit.value_or(kUsualLimit));
  if (query.search.size() > kMaxSearch) input.wrong("q", "This is longer than the maximum length of a name.");
  if (query.limit < 1 || query.limit > kMostLimit) input.wrong("limit", "This must be between 1 and 500.");
  if (input->cursor && !input->cursor->empty()) {
    query.after = parseCursor(*input->cursor);
    if (!query.after) input.wrong("cursor", "This is not a valid cursor.", "Start with the first page.");
  }
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto found = co_await policiesOf(call, std::move(input->draft));
  if (!found) co_return std::move(found.error());
  const auto& policies = *found;
  auto identity = subjectOf(policies, input->user, input->group);

  registry::MayRead maySomething = [&](const std::string& repository) {
    return std::ranges::any_of(kActions, [&](auto action) {
      return action != auth::Action::DetectManifestCollision &&
             policies.authorizer->allows(identity, repository, action);
    });
  };
  auto page = co_await call.services->parts.registry.browse().repositories(std::move(query), std::move(maySomething));
  if (!page) co_return failed(call, page.error());
  auto blocks = co_await blocksOf(call, policies);
  apitypes::EffectiveAccess answer;
  answer.total = page->total;
  if (page->next) answer.next = cursorOf(*page->next);
  for (const auto& item : page->items) {
    const auto& name = item.record.name;
    apitypes::RepositoryRights rights{name, rightsOf(policies, identity, name),
                                      policies.authorizer->explain(identity, name, auth::Action::Read).rule,
                                      std::nullopt};
    auto refusal = blocks.refusePull(registry::namesOf(name, item.record.origin), "");
    if (refusal) rights.blocked = std::move(refusal->message);
    answer.items.push_back(std::move(rights));
  }
  answer.admin = policies.authorizer->isAdmin(identity);
  answer.groups = identity.groups;
  if (const auto& access = policies.config->http.accessControl) {
    for (auto entry : policies.authorizer->entriesFor("")) {
      answer.globs.push_back(
          {access->repositories[entry].key, rightsOf(policies, identity, nameWithin(access->repositories[entry]))});
    }
  }
  co_return jsonResponse(200, answer);
}

}  // namespace larder::api::admin
