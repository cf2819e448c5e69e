// Who asks, and the answers to those who may not.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "larder/auth/auth.hpp"
#include "larder/http/message.hpp"
#include "policy_cell.hpp"

namespace larder::api {

struct Services;

using IdentityPointer = std::shared_ptr<const auth::Identity>;

// The name alone, for the access log; allocates nothing.
inline http::UserName nameOf(IdentityPointer identity) {
  const auto* name = &identity->name;
  return {std::move(identity), name};
}

// Who may do what with content, for every request of the OCI API: the one place that both paths ask. `repository` is
// the local one, which access control speaks of; with `ns` the name in the path is the upstream's. No blocking, no
// allocation.
inline bool allows(const PolicyState& state, const auth::Identity& identity, std::string_view repository,
                   auth::Action action) {
  return state.policy.authorizer->allows(identity, repository, action);
}

// The credentials of a request. "Basic" with neither name nor password counts as none: containers/image sends it when
// it was challenged and knows no user.
auth::Presented presentedBy(const http::RequestHead& head);
std::string_view credentialsIn(std::string_view authorization);

// The identity, from what the authenticator remembers or by verification. Unauthorized for wrong credentials,
// TooManyRequests while too many are being verified.
runtime::Task<core::Result<IdentityPointer>> identify(std::shared_ptr<const PolicyState> state,
                                                      std::string authorization, std::string certificateName,
                                                      std::string remoteAddress);

// Who sent a request of the registry or the site: identify(), or the answer to a failed login, which is in the audit
// log under `object`.
runtime::Task<tl::expected<IdentityPointer, http::Response>> logIn(Services* services,
                                                                   std::shared_ptr<const PolicyState> state,
                                                                   const http::RequestHead* head, std::string object);

// For a failure of identify(): 401 with the Basic challenge, or 429.
http::Response notIdentified(const PolicyState& state, const core::Error& error);
// For an identity that may not do it: 401 for the anonymous where logging in is possible, else 403.
http::Response refused(const PolicyState& state, const auth::Identity& identity, std::string_view repository,
                       std::string_view action);

// Writes down a failed login under `object`, with the name that was given ("" for none) if there is such an account:
// what was typed as a name may be a password.
void auditFailedLogin(Services& services, const PolicyState& state, const http::RequestHead& head, std::string object,
                      std::string name, int status);

}  // namespace larder::api
