// Whom a question about rights is about, and by which policies it is answered: those in force, or a draft's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/input.hpp"
#include "admin/wanted.hpp"
#include "larder/apitypes/access.hpp"
#include "larder/registry/block_list.hpp"

namespace larder::api::admin {

// Policies as a configuration has them, with what decides by them.
struct AccessPolicies {
  config::Snapshot config;
  std::shared_ptr<const auth::Authorizer> authorizer;
};

// Says what is wrong with the draft, if there is one.
void checkDraft(InputFaults& input, const std::optional<apitypes::AccessDraft>& draft);
// Those in force without a draft. 422 with what is wrong with its configuration.
runtime::Task<Wanted<AccessPolicies>> policiesOf(Call call, std::optional<apitypes::AccessDraft> draft);

// The blocks beside those policies.
runtime::Task<registry::BlockList> blocksOf(Call call, AccessPolicies policies);

// Says what is wrong with them: one of both at most.
void checkSubject(InputFaults& input, const std::optional<std::string>& user, const std::optional<std::string>& group);
// The user with their groups, somebody who is only known to be in the group, or the anonymous.
auth::Identity subjectOf(const AccessPolicies& policies, const std::optional<std::string>& user,
                         const std::optional<std::string>& group);

// The configuration's words are those of the API.
std::vector<apitypes::Action> actionsOf(const std::vector<std::string>& words);
apitypes::RepositoryPolicies policiesOf(const config::RepositoryAccess& entry);

// The name of some repository that the entry's glob matches, to ask the authorizer about all that are like it.
std::string nameWithin(const config::RepositoryAccess& entry);

}  // namespace larder::api::admin
