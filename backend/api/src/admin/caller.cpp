#include "admin/caller.hpp"

#include <algorithm>
#include <utility>

#include "larder/auth/configured.hpp"

namespace larder::api::admin {
namespace {

core::Error sessionOver() {
  return {core::ErrorCode::Unauthorized, "The session is over: log in again."};
}

// What the identity may, by the configuration in force.
Caller withRights(const PolicyState& state, const http::RequestHead& head, IdentityPointer identity) {
  Caller caller;
  const auto& policy = state.policy;
  caller.open = !auth::authenticationConfigured(policy.config->http);
  if (caller.open) {
    caller.reads = caller.admin = true;
    caller.changes = isFromLoopback(head);
  } else {
    caller.admin = caller.changes = policy.authorizer->isAdmin(*identity);
    caller.reads = !identity->isAnonymous() || policy.authorizer->allows(*identity, "", auth::Action::Read);
  }
  if (!identity->isAnonymous()) {
    if (auto account = policy.authenticator->account(identity->name)) caller.accountStamp = account->stamp;
  }
  caller.identity = std::move(identity);
  return caller;
}

// The identity of a session, if its user still has the password that it began with.
core::Result<IdentityPointer> bySession(Services& services, const PolicyState& state, std::string_view id) {
  auto session = services.sessions.use(id, services.parts.clock.steady());
  if (!session) return core::fail(sessionOver());
  auto account = state.policy.authenticator->account(session->user);
  if (!account || account->stamp != session->accountStamp) {
    services.sessions.end(id);
    return core::fail(sessionOver());
  }
  return std::move(account->identity);
}

}  // namespace

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

bool isFromLoopback(const http::RequestHead& head) {
  // A proxy on this machine passes on the requests of others under its own address.
  for (const auto* field : {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"}) {
    if (head.hasField(field)) return false;
  }
  auto address = head.remoteAddress;
  constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped)) address.remove_prefix(kMapped.size());
  return address == "::1" || address.starts_with("127.");
}

runtime::Task<core::Result<Caller>> identifyCaller(Services* services, std::shared_ptr<const PolicyState> state,
                                                   http::Request* request) {
  const auto& head = request->head;
  auto presented = presentedBy(head);
  std::string sessionId(presented.authorization.empty() ? cookie(head, kSessionCookie) : std::string_view{});
  if (!sessionId.empty()) {
    auto known = bySession(*services, *state, sessionId);
    if (!known) co_return core::fail(known.error());
    auto caller = withRights(*state, head, std::move(*known));
    caller.sessionId = std::move(sessionId);
    co_return caller;
  }
  auto identity = co_await identify(state, std::string(presented.authorization), std::string(presented.certificateName),
                                    std::string(presented.remoteAddress));
  if (!identity) co_return core::fail(identity.error());
  co_return withRights(*state, head, std::move(*identity));
}

Caller anonymousCaller(const PolicyState& state, const http::RequestHead& head) {
  return withRights(state, head, std::make_shared<const auth::Identity>());
}

bool isStillKnown(Services& services, const Caller& caller) {
  const auto& state = *services.policy.load();
  if (!caller.sessionId.empty() && !bySession(services, state, caller.sessionId)) return false;
  if (caller.accountStamp) {
    auto account = state.policy.authenticator->account(caller.identity->name);
    if (!account || account->stamp != caller.accountStamp) return false;
  }
  bool open = !auth::authenticationConfigured(state.policy.config->http);
  if (caller.open || open) return caller.open == open;
  if (caller.admin) return state.policy.authorizer->isAdmin(*caller.identity);
  return !caller.identity->isAnonymous() || state.policy.authorizer->allows(*caller.identity, "", auth::Action::Read);
}

}  // namespace larder::api::admin
