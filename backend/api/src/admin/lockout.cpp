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
        "This would leave no way to log in, and later changes would need the daemon's token, which this request does "
        "not have. Make this change in the configuration file, or also set larder.management.open to let everyone "
        "change everything.",
        "http.auth");
  }
  // Who holds which certificate is not known here.
  bool passwordsOnly = !auth::certificatesConfigured(http);
  if (caller.identity->isAnonymous()) {
    if (!passwordsOnly || hasAdmin(next, usersOf(http))) return std::nullopt;
    return refusal(
        "This would leave nobody who can log in as an admin. First create a user, for example with `htpasswd -B -c "
        "/etc/larder/htpasswd alice`, and add them to http.accessControl.adminPolicy.users.",
        "http.auth.htpasswd.path");
  }
  const auto& name = caller.identity->name;
  if (!hasAdmin(next, std::span(&name, 1))) {
    return refusal(name +
                       " would no longer be an admin and could not undo this. Keep them in "
                       "http.accessControl.adminPolicy, or let another admin make the change.",
                   "http.accessControl");
  }
  if (passwordsOnly && std::ranges::count(usersOf(http), name) == 0) {
    return refusal(name + " could no longer log in: add them to this htpasswd file first.", "http.auth.htpasswd.path");
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
    return refusal("The htpasswd file no longer has an entry for " + name +
                       ", who could not log in again: restore the entry first.",
                   "http.auth.htpasswd.path");
  }
  if (hasAdmin(config, before) && !hasAdmin(config, after)) {
    return refusal("This would leave nobody who can log in as an admin. First create another admin.",
                   "http.auth.htpasswd.path");
  }
  return std::nullopt;
}

}  // namespace larder::api::admin
