#include "admin/caller.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace larder::api::admin {
namespace {

core::Error sessionOver() {
  return {core::ErrorCode::Unauthorized, "The session has expired. Log in again."};
}

// What the identity may, by the configuration in force.
Caller withRights(const PolicyState& state, IdentityPointer identity, bool hasToken) {
  Caller caller;
  const auto& policy = state.policy;
  caller.open = state.open;
  caller.hasToken = hasToken;
  if (caller.open) {
    caller.reads = true;
    caller.admin = caller.changes = hasToken || policy.config->larder.management.open;
  } else {
    caller.admin = caller.changes = policy.authorizer->isAdmin(*identity);
    caller.reads = !identity->isAnonymous() || policy.authorizer->allows(*identity, "", auth::Action::Read);
  }
  caller.seesFigures = caller.admin || !identity->isAnonymous() || policy.authorizer->allowsMetrics(*identity);
  if (!identity->isAnonymous()) {
    if (auto account = policy.authenticator->account(identity->name)) caller.accountStamp = account->stamp;
  }
  caller.identity = std::move(identity);
  return caller;
}

// The identity of a session, if its user still has the password that it began with, or the daemon its token.
std::optional<IdentityPointer> identityOf(const PolicyState& state, const Sessions::Session& session) {
  if (session.user.empty()) {
    bool holds = state.open && !state.policy.localToken.empty() && session.accountStamp == stampOfToken(state);
    return holds ? std::optional(std::make_shared<const auth::Identity>()) : std::nullopt;
  }
  auto account = state.policy.authenticator->account(session.user);
  if (!account || account->stamp != session.accountStamp) return std::nullopt;
  return std::move(account->identity);
}

Caller ofSession(const PolicyState& state, IdentityPointer identity, std::string id) {
  bool hasToken = identity->isAnonymous();
  auto caller = withRights(state, std::move(identity), hasToken);
  caller.sessionId = std::move(id);
  return caller;
}

// Nothing if the session is over.
std::optional<Caller> bySession(Services& services, const PolicyState& state, const std::string& id) {
  auto session = services.sessions.use(id, services.parts.clock.steady());
  if (!session) return std::nullopt;
  auto identity = identityOf(state, *session);
  if (!identity) {
    services.sessions.end(id);
    return std::nullopt;
  }
  return ofSession(state, std::move(*identity), id);
}

// "Bearer <token>" (RFC 6750, section 2.1), the scheme in any case; nothing for other schemes.
std::optional<std::string_view> bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    auto c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != kScheme[i]) return std::nullopt;
  }
  return authorization.substr(kScheme.size());
}

}  // namespace

registry::MayRead mayReadOf(std::shared_ptr<const PolicyState> state, const Caller& caller) {
  return [state = std::move(state), identity = caller.identity, admin = caller.admin](const std::string& repository) {
    return admin || allows(*state, *identity, repository, auth::Action::Read);
  };
}

bool isLocalToken(const PolicyState& state, std::string_view text) {
  const auto& token = state.policy.localToken;
  return state.open && !token.empty() && text.size() == token.size() &&
         CRYPTO_memcmp(text.data(), token.data(), token.size()) == 0;
}

std::uint64_t stampOfToken(const PolicyState& state) {
  return std::hash<std::string>{}(state.policy.localToken);
}

std::string howToProve() {
  return "No login is configured, so this needs the daemon's token: open the link that larderd prints when started in "
         "a terminal, or send \"Authorization: Bearer <token>\" with the token from _larder/tokens in its data "
         "directory. To log in with passwords instead, configure http.auth.htpasswd.";
}

std::string_view cookie(const http::RequestHead& head, std::string_view name) {
  auto rest = head.field("Cookie");
  while (!rest.empty()) {
    auto end = std::min(rest.find(';'), rest.size());
    auto one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
      return one.substr(name.size() + 1);
  }
  return {};
}

bool isSecure(const PolicyState& state, const http::RequestHead& head) {
  return head.tls || state.policy.config->http.externalUrl.starts_with("https:");
}

std::string_view sessionCookieName(const PolicyState& state, const http::RequestHead& head) {
  if (!isSecure(state, head)) return "larder_session";
  return head.prefix.empty() ? "__Host-larder_session" : "__Secure-larder_session";
}

std::string_view sessionIdOf(const PolicyState& state, const http::RequestHead& head) {
  return cookie(head, sessionCookieName(state, head));
}

runtime::Task<core::Result<Caller>> identifyCaller(Services* services, std::shared_ptr<const PolicyState> state,
                                                   http::Request* request) {
  const auto& head = request->head;
  auto presented = presentedBy(head);
  std::string sessionId(presented.authorization.empty() ? sessionIdOf(*state, head) : std::string_view{});
  if (!sessionId.empty()) {
    if (auto caller = bySession(*services, *state, sessionId)) co_return std::move(*caller);
    // Where nobody can log in, what is left of a session is worth as little as none.
    if (!state->open) co_return core::fail(sessionOver());
  }
  if (state->open) {
    auto token = bearer(presented.authorization);
    if (token && !state->policy.localToken.empty() && !isLocalToken(*state, *token)) {
      co_return core::fail(core::ErrorCode::Unauthorized, "Invalid token. The daemon creates a new one at each start.");
    }
    bool hasToken = token && isLocalToken(*state, *token);
    co_return withRights(*state, std::make_shared<const auth::Identity>(), hasToken);
  }
  auto identity = co_await identify(state, std::string(presented.authorization), std::string(presented.certificateName),
                                    std::string(presented.remoteAddress));
  if (!identity) co_return core::fail(identity.error());
  bool byCertificate = presented.authorization.empty() && !(*identity)->isAnonymous();
  auto caller = withRights(*state, std::move(*identity), false);
  if (byCertificate) caller.certificateName = presented.certificateName;
  co_return caller;
}

Caller anonymousCaller(const PolicyState& state) {
  return withRights(state, std::make_shared<const auth::Identity>(), false);
}

std::optional<Caller> resolveAnew(Services& services, const PolicyState& state, const Caller& caller) {
  if (caller.open != state.open) return std::nullopt;
  if (!caller.sessionId.empty()) {
    auto session = services.sessions.find(caller.sessionId, services.parts.clock.steady());
    auto identity = session ? identityOf(state, *session) : std::nullopt;
    if (!identity) return std::nullopt;
    return ofSession(state, std::move(*identity), caller.sessionId);
  }
  auto identity = caller.identity;
  if (!caller.certificateName.empty()) {
    // Whether the certificate itself is still good, the connection looks at.
    identity = state.policy.authenticator->remembered({{}, caller.certificateName, {}});
    if (!identity || identity->name != caller.identity->name) return std::nullopt;
  } else if (!caller.identity->isAnonymous()) {
    auto account = state.policy.authenticator->account(caller.identity->name);
    if (!account || account->stamp != caller.accountStamp) return std::nullopt;
    identity = std::move(account->identity);
  }
  bool hasToken = caller.hasToken && !state.policy.localToken.empty();
  auto anew = withRights(state, std::move(identity), hasToken);
  anew.certificateName = caller.certificateName;
  if (!anew.reads) return std::nullopt;
  return anew;
}

}  // namespace larder::api::admin
