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
  auditFailedLogin(*services, *state, *head, std::move(object), auth::claimedName(presented.authorization),
                   response.status);
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

void auditFailedLogin(Services& services, const PolicyState& state, const http::RequestHead& head, std::string object,
                      std::string name, int status) {
  AuditEvent event;
  event.remote = head.remoteAddress;
  event.action = "login";
  event.method = head.methodText;
  event.object = std::move(object);
  event.status = status;
  if (state.policy.authenticator->account(name)) event.tried = std::move(name);
  services.parts.audit.record(std::move(event));
}

}  // namespace larder::api
