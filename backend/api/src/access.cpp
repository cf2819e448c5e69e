#include "access.hpp"

#include <utility>

#include "error_mapping.hpp"
#include "services.hpp"

namespace larder::api {

std::string_view credentialsIn(std::string_view authorization) {
  constexpr std::string_view kEmptyBasic = "Basic Og==";  // ":"
  return authorization == kEmptyBasic || authorization == "basic Og==" ? std::string_view{} : authorization;
}

auth::Presented presentedBy(const http::RequestHead& head) {
  return {credentialsIn(head.field("Authorization")), head.certificateName, head.remoteAddress};
}

runtime::Task<core::Result<IdentityPointer>> identify(std::shared_ptr<const PolicyState> state,
                                                      std::string authorization, std::string certificateName,
                                                      std::string remoteAddress) {
  auto& authenticator = *state->policy.authenticator;
  if (auto known = authenticator.remembered({authorization, certificateName, remoteAddress})) co_return known;
  co_return co_await authenticator.authenticate(std::move(authorization), std::move(certificateName),
                                                std::move(remoteAddress));
}

runtime::Task<tl::expected<IdentityPointer, http::Response>> logIn(Services* services,
                                                                   std::shared_ptr<const PolicyState> state,
                                                                   const http::RequestHead* head, std::string object) {
  auto presented = presentedBy(*head);
  auto identity = co_await identify(state, std::string(presented.authorization), std::string(presented.certificateName),
                                    std::string(presented.remoteAddress));
  if (identity) co_return std::move(*identity);
  auto response = notIdentified(*state, identity.error());
  AuditEvent event{
      {}, std::string(head->remoteAddress), "login", std::string(head->methodText), std::move(object), response.status};
  event.tried = accountTried(*state, auth::claimedName(presented.authorization));
  services->parts.audit.record(std::move(event));
  co_return tl::unexpected(std::move(response));
}

http::Response notIdentified(const PolicyState& state, const core::Error& error) {
  auto response = errorResponse(error, Subject::Repository);
  if (response.status == 401 && state.challenge) response.set("WWW-Authenticate", *state.challenge);
  return response;
}

http::Response refused(const PolicyState& state, const auth::Identity& identity, std::string_view repository,
                       std::string_view action) {
  auto what = std::string(action) + (repository.empty() ? "" : " in " + std::string(repository));
  if (identity.isAnonymous() && state.challenge) {
    return notIdentified(state, {core::ErrorCode::Unauthorized, "Log in to " + what + "."});
  }
  auto who = identity.isAnonymous() ? "Anonymous users" : identity.name;
  return errorResponse({core::ErrorCode::Denied, who + " may not " + what + "; see http.accessControl."},
                       Subject::Repository);
}

std::string accountTried(const PolicyState& state, std::string name) {
  return state.policy.authenticator->account(name) ? std::move(name) : std::string();
}

}  // namespace larder::api
