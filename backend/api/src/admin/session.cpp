// Log in, log out, who am I and what may I.
#include <openssl/evp.h>

#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/apitypes/session.hpp"
#include "larder/auth/configured.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kMaxUserBytes = 255;
constexpr std::size_t kMaxPasswordBytes = 1024;

std::string basic(const std::string& user, const std::string& password) {
  auto pair = user + ":" + password;
  std::string encoded(4 * ((pair.size() + 2) / 3) + 1, '\0');
  auto written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                 reinterpret_cast<const unsigned char*>(pair.data()), static_cast<int>(pair.size()));
  encoded.resize(static_cast<std::size_t>(written));
  return "Basic " + encoded;
}

std::string cookieField(const Call& call, const std::string& value, std::chrono::seconds age) {
  std::string field(kSessionCookie);
  field += "=" + value + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count());
  bool secure = call.head().tls || call.config().http.externalUrl.starts_with("https:");
  return secure ? field + "; Secure" : field;
}

apitypes::Session sessionOf(const Call& call) {
  const auto& caller = call.caller;
  apitypes::Session session;
  if (!caller.identity->isAnonymous()) session.user = caller.identity->name;
  session.groups = caller.identity->groups;
  session.admin = caller.admin;
  session.mayRead = caller.reads;
  session.mayChange = caller.changes;
  session.loginPossible = call.state->policy.authenticator->challengeRealm().has_value();
  if (!caller.sessionId.empty()) session.csrfToken = Sessions::csrfToken(caller.sessionId);
  return session;
}

void auditLogIn(const Call& call, const std::string& user, int status) {
  AuditEvent event;
  event.user = user;
  event.remote = call.head().remoteAddress;
  event.action = "login";
  event.method = call.head().methodText;
  event.object = call.head().path;
  event.status = status;
  call.services->parts.audit.record(std::move(event));
}

}  // namespace

Answer getSession(Call call) {
  co_return jsonResponse(200, sessionOf(call));
}

Answer createSession(Call call) {
  Input<apitypes::LogIn> input(call.body);
  const auto& [user, password] = *input;
  input.limit("user", user, kMaxUserBytes);
  input.limit("password", password, kMaxPasswordBytes);
  if (user.find(':') != std::string::npos) input.wrong("user", "A user name has no colon.");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto& authenticator = *call.state->policy.authenticator;
  if (!authenticator.challengeRealm()) {
    co_return problemResponse(409, "Nobody can log in here: http.auth.htpasswd is not configured.");
  }
  auto identity = co_await identify(call.state, basic(user, password), "", std::string(call.head().remoteAddress));
  auto account = identity ? authenticator.account((*identity)->name) : std::nullopt;
  if (!account) {
    auto response = identity ? problemResponse(401, "The user is gone meanwhile.") : problemResponse(identity.error());
    // What was typed as a name may be a password.
    auditLogIn(call, "", response.status);
    co_return response;
  }
  auto& services = *call.services;
  // A new id for each log-in, so that nobody can plant one before.
  services.sessions.end(cookie(call.head(), kSessionCookie));
  auto id = services.sessions.begin(user, account->stamp, services.parts.clock.steady());
  call.caller.identity = account->identity;
  call.caller.sessionId = id;
  call.caller.admin = call.caller.changes = call.state->policy.authorizer->isAdmin(*account->identity);
  call.caller.reads = true;
  call.caller.open = false;
  auto response = jsonResponse(201, sessionOf(call));
  response.set("Set-Cookie", cookieField(call, id, Sessions::kAbsolute));
  response.user = nameOf(account->identity);
  auditLogIn(call, user, response.status);
  co_return response;
}

Answer deleteSession(Call call) {
  call.services->sessions.end(cookie(call.head(), kSessionCookie));
  http::Response response(204);
  response.set("Set-Cookie", cookieField(call, "", std::chrono::seconds(0)));
  co_return response;
}

}  // namespace larder::api::admin
