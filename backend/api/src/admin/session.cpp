// Log in, log out, who am I and what may I.
#include <openssl/evp.h>

#include "access.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/apitypes/session.hpp"

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
  std::string field(sessionCookieName(*call.state, call.head()));
  // Two daemons below two prefixes of a host must not overwrite each other's.
  auto path = call.head().prefix.empty() ? std::string("/") : std::string(call.head().prefix);
  field += "=" + value + "; Path=" + path + "; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count());
  return isSecure(*call.state, call.head()) ? field + "; Secure" : field;
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

// The answer to a log-in that succeeded, of whom `call.caller` is.
http::Response begin(Call call, std::uint64_t stamp) {
  auto& services = *call.services;
  const auto& user = call.caller.identity->name;
  // A new id for each log-in, so that nobody can plant one before.
  services.sessions.end(sessionIdOf(*call.state, call.head()));
  call.caller.sessionId = services.sessions.begin(user, stamp, services.parts.clock.steady());
  auto response = jsonResponse(201, sessionOf(call));
  response.set("Set-Cookie", cookieField(call, call.caller.sessionId, Sessions::kAbsolute));
  response.user = nameOf(call.caller.identity);
  auditLogIn(call, user, response.status);
  return response;
}

http::Response beginByToken(Call call, const std::string& token) {
  if (!call.state->open) {
    return problemResponse(409, "This daemon has no token. Log in with a user name and password.");
  }
  if (!isLocalToken(*call.state, token)) {
    auto response = problemResponse(401, "Invalid token. The daemon creates a new one at each start.");
    auditFailedLogin(*call.services, *call.state, call.head(), std::string(call.head().path), "", response.status);
    return response;
  }
  call.caller.identity = std::make_shared<const auth::Identity>();
  call.caller.hasToken = true;
  call.caller.reads = call.caller.admin = call.caller.changes = call.caller.seesFigures = true;
  auto stamp = stampOfToken(*call.state);
  return begin(std::move(call), stamp);
}

}  // namespace

Answer getSession(Call call) {
  co_return jsonResponse(200, sessionOf(call));
}

Answer createSession(Call call) {
  Input<apitypes::LogIn> input(call.body);
  auto token = input->token;
  auto user = input->user.value_or("");
  auto password = input->password.value_or("");
  if (token) {
    if (input->user || input->password) input.wrong("token", "Send either the token, or a user name and password.");
    input.limit("token", *token, kMaxPasswordBytes);
  } else {
    input.limit("user", user, kMaxUserBytes);
    input.limit("password", password, kMaxPasswordBytes);
    if (user.find(':') != std::string::npos) input.wrong("user", "A user name must not contain a colon.");
  }
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  if (token) co_return beginByToken(std::move(call), *token);
  auto& authenticator = *call.state->policy.authenticator;
  if (!authenticator.challengeRealm()) {
    co_return problemResponse(409, "Password login is not configured: set http.auth.htpasswd.");
  }
  auto identity = co_await identify(call.state, basic(user, password), "", std::string(call.head().remoteAddress));
  auto account = identity ? authenticator.account((*identity)->name) : std::nullopt;
  if (!account) {
    auto response = identity ? problemResponse(401, "The user has been removed.") : problemResponse(identity.error());
    auditFailedLogin(*call.services, *call.state, call.head(), std::string(call.head().path), user, response.status);
    co_return response;
  }
  call.caller.identity = account->identity;
  call.caller.admin = call.caller.changes = call.state->policy.authorizer->isAdmin(*account->identity);
  call.caller.reads = call.caller.seesFigures = true;
  call.caller.open = false;
  co_return begin(std::move(call), account->stamp);
}

Answer deleteSession(Call call) {
  call.services->sessions.end(sessionIdOf(*call.state, call.head()));
  http::Response response(204);
  response.set("Set-Cookie", cookieField(call, "", std::chrono::seconds(0)));
  co_return response;
}

}  // namespace larder::api::admin
