#include "admin/lockout.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "larder/auth/configured.hpp"
#include "larder/auth/methods.hpp"
#include "larder/auth/user_file.hpp"

namespace larder::api::admin {
namespace {

core::Error refusal(std::string message, const char* where) {
  return {core::ErrorCode::Conflict, std::move(message), where};
}

// Those who could log in with a password; none if the file cannot be read.
std::vector<std::string> usersOf(const config::Http& http) {
  std::vector<std::string> names;
  if (!http.auth.htpasswdPath) return names;
  auto users = auth::UserFile(*http.auth.htpasswdPath).list();
  if (!users) return names;
  for (auto& user : *users) names.push_back(std::move(user.name));
  return names;
}

bool hasAdmin(const config::Snapshot& config, std::span<const std::string> names) {
  auto authorizer = auth::makeAuthorizer(config);
  return std::ranges::any_of(auth::identitiesOf(config->http, names),
                             [&](const auto& identity) { return authorizer->isAdmin(*identity); });
}

// Whether the caller could make changes by `next`, which has no log-in.
bool couldChange(const Caller& caller, const config::Management& next) {
  return next.open || caller.hasToken;
}

}  // namespace

std::optional<core::Error> lockout(const Caller& caller, const config::Snapshot& next) {
  const auto& http = next->http;
  if (!auth::authenticationConfigured(http)) {
    if (couldChange(caller, next->larder.management)) return std::nullopt;
    return refusal(
        "Without a way to log in, changes need the daemon's token, which this one did not bring: make it in the "
        "configuration file, or set larder.management.open with it to let everyone change everything.",
        "http.auth");
  }
  // Who holds which certificate is not known here.
  bool passwordsOnly = !auth::certificatesConfigured(http);
  if (caller.identity->isAnonymous()) {
    if (!passwordsOnly || hasAdmin(next, usersOf(http))) return std::nullopt;
    return refusal(
        "Nobody could log in as an admin then. First make a user who is one, as `htpasswd -B -c "
        "/etc/larder/htpasswd alice` does, and name them in http.accessControl.adminPolicy.users.",
        "http.auth.htpasswd.path");
  }
  const auto& name = caller.identity->name;
  if (!hasAdmin(next, std::span(&name, 1))) {
    return refusal(name +
                       " would be no admin any more and could not take this back. Keep them in "
                       "http.accessControl.adminPolicy, or let another admin make the change.",
                   "http.accessControl");
  }
  if (passwordsOnly && std::ranges::count(usersOf(http), name) == 0) {
    return refusal(name + " could not log in any more: add them to this htpasswd file first.",
                   "http.auth.htpasswd.path");
  }
  return std::nullopt;
}

std::optional<core::Error> lockoutOfUsers(const Caller& caller, const config::Snapshot& config,
                                          const std::vector<std::string>& before,
                                          const std::vector<std::string>& after) {
  // Who holds which certificate is not known here.
  if (auth::certificatesConfigured(config->http)) return std::nullopt;
  const auto& name = caller.identity->name;
  if (!caller.identity->isAnonymous() && std::ranges::count(after, name) == 0) {
    return refusal("The htpasswd file does not have " + name +
                       " in it any more, who could not log in again: put its lines back first.",
                   "http.auth.htpasswd.path");
  }
  if (hasAdmin(config, before) && !hasAdmin(config, after)) {
    return refusal("Nobody could log in as an admin then. First make another user who is one.",
                   "http.auth.htpasswd.path");
  }
  return std::nullopt;
}

}  // namespace larder::api::admin
