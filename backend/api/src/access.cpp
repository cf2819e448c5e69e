#include "access.hpp"

#include <utility>

#include "error_mapping.hpp"

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

http::Response unauthorized(const PolicyState& state, std::string message) {
  auto response = errorResponse({core::ErrorCode::Unauthorized, std::move(message)}, Subject::Repository);
  if (state.challenge) response.set("WWW-Authenticate", *state.challenge);
  return response;
}

http::Response refused(const PolicyState& state, const auth::Identity& identity, std::string_view repository,
                       std::string_view action) {
  std::string what = "to " + std::string(action);
  if (!repository.empty()) what += " in " + std::string(repository);
  if (identity.isAnonymous() && state.challenge) return unauthorized(state, "Log in " + what + ".");
  return errorResponse(
      {core::ErrorCode::Denied,
       (identity.isAnonymous() ? "Anonymous users" : identity.name) + std::string(" may not ") + std::string(action) +
           (repository.empty() ? "" : " in " + std::string(repository)) + ". http.accessControl decides."},
      Subject::Repository);
}

}  // namespace larder::api
