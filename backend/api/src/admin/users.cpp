// Users of the htpasswd file, and groups.
#include "larder/auth/user_file.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>

#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "admin/lockout.hpp"
#include "larder/apitypes/access.hpp"
#include "larder/auth/methods.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kMaxName = 255;
constexpr std::size_t kMaxPassword = 1024;

struct Users {
  std::vector<auth::UserEntry> entries;
  std::optional<std::string> readOnly;
};

std::optional<auth::UserFile> userFile(const Call& call) {
  const auto& path = call.config().http.auth.htpasswdPath;
  if (!path) return std::nullopt;
  auto check = [caller = call.caller, config = call.state->policy.config](const auto& before, const auto& after) {
    return lockoutOfUsers(caller, config, before, after);
  };
  return auth::UserFile(*path, std::move(check));
}

void checkPassword(InputFaults& input, const std::string& password) {
  input.limit("password", password, kMaxPassword);
  if (auto fault = auth::faultOfPassword(password); fault && !password.empty()) input.wrong("password", *fault);
}

http::Response noUserFile() {
  return problemResponse(409,
                         "No htpasswd file is configured. Create one with an admin, for example with `htpasswd -B -c "
                         "/etc/larder/htpasswd alice`, then set http.auth.htpasswd.path to it. After that, all access "
                         "needs a password unless an anonymousPolicy allows it.");
}

std::vector<apitypes::User> usersOf(const Call& call, std::span<const auth::UserEntry> entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  auto identities = auth::identitiesOf(call.config().http, names);
  std::vector<apitypes::User> users;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    bool admin = call.state->policy.authorizer->isAdmin(*identities[i]);
    users.push_back(
        {entries[i].name, identities[i]->groups, admin, entries[i].hash, entries[i].cost, entries[i].version});
  }
  return users;
}

core::Result<Users> read(const auth::UserFile& file) {
  auto entries = file.list();
  if (!entries) return core::fail(entries.error());
  std::ranges::sort(*entries, {}, &auth::UserEntry::name);
  return Users{std::move(*entries), file.readOnly()};
}

// Runs an edit of the file and takes it into force, so that the answer comes when the new password counts.
runtime::Task<core::Result<void>> change(Services* services, std::function<core::Result<void>()> edit) {
  co_return co_await runtime::offload(services->parts.blocking,
                                      [services, &edit] { return services->parts.editor.editFile(edit); });
}

void announce(const Call& call, const std::string& name, const char* what) {
  telemetry::Event event;
  event.time = call.services->parts.clock.now();
  event.type = "users.changed";
  event.subject = name;
  event.message = "The user " + name + what;
  call.services->parts.events.publish(std::move(event));
}

// Denied by the file system is no fault of the caller's rights.
http::Response refused(const Call& call, const core::Error& error) {
  if (error.code == core::ErrorCode::Denied) return problemResponse(409, error.message);
  if (error.where == "If-Match") return problemResponse(412, error.message);
  return failed(call, error);
}

}  // namespace

Answer listUsers(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  apitypes::UserList list;
  auto file = userFile(call);
  if (!file) {
    list.reason = "http.auth.htpasswd.path is not configured";
    co_return jsonResponse(200, list);
  }
  auto users = co_await runtime::offload(call.blocking(), [&file] { return read(*file); });
  if (!users) co_return failed(call, users.error());
  auto search = call.head().queryParameter("q").value_or("");
  std::erase_if(users->entries, [&](const auto& user) { return user.name.find(search) == std::string::npos; });

  const auto& entries = users->entries;
  auto first = std::ranges::upper_bound(entries, page->cursor, {}, &auth::UserEntry::name);
  auto left = static_cast<std::size_t>(entries.end() - first);
  std::span<const auth::UserEntry> shown(first, std::min(page->limit, left));
  list.items = usersOf(call, shown);
  list.total = entries.size();
  if (shown.size() < left) list.next = shown.back().name;
  list.editable = !users->readOnly;
  if (users->readOnly) list.reason = "The htpasswd file " + *users->readOnly;
  co_return jsonResponse(200, list);
}

Answer addUser(Call call) {
  Input<apitypes::NewUser> input(call.body);
  const auto& [name, password] = *input;
  input.limit("name", name, kMaxName);
  if (auto fault = auth::faultOfName(name); fault && !name.empty()) input.wrong("name", *fault);
  checkPassword(input, password);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  call.note->object = name;
  auto file = userFile(call);
  if (!file) co_return noUserFile();
  auto cost = static_cast<unsigned>(call.config().larder.management.bcryptCost);
  auto added = co_await change(call.services, [&] { return file->add(name, password, cost); });
  if (!added) co_return refused(call, added.error());
  announce(call, name, " was added.");
  auto users = co_await runtime::offload(call.blocking(), [&file] { return file->list(); });
  auto made =
      users ? std::ranges::find(*users, name, &auth::UserEntry::name) : std::vector<auth::UserEntry>::iterator{};
  // Somebody may have removed it again already.
  auto user = users && made != users->end() ? *made : auth::UserEntry{name, "bcrypt", cost};
  co_return jsonResponse(201, usersOf(call, std::span(&user, 1)).front());
}

Answer setPassword(Call call) {
  Input<apitypes::NewPassword> input(call.body);
  const auto& password = input->password;
  checkPassword(input, password);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  const auto& name = call.parameter("name");
  call.note->object = name;
  auto file = userFile(call);
  if (!file) co_return noUserFile();
  auto cost = static_cast<unsigned>(call.config().larder.management.bcryptCost);
  auto seen = wantedMatch(call);
  auto set = co_await change(call.services, [&] { return file->setPassword(name, password, cost, seen); });
  if (!set) co_return refused(call, set.error());
  announce(call, name, " has a new password.");
  co_return http::Response(204);
}

Answer removeUser(Call call) {
  const auto& name = call.parameter("name");
  call.note->object = name;
  auto file = userFile(call);
  if (!file) co_return noUserFile();
  // The last admin can only be the caller.
  if (name == call.caller.identity->name) {
    co_return problemResponse(409, "You cannot remove yourself. Ask another admin, or edit the htpasswd file.");
  }
  auto seen = wantedMatch(call);
  auto removed = co_await change(call.services, [&] { return file->remove(name, seen); });
  if (!removed) co_return refused(call, removed.error());
  announce(call, name, " was removed.");
  co_return http::Response(204);
}

Answer listGroups(Call call) {
  apitypes::Page<apitypes::Group> groups;
  if (const auto& access = call.config().http.accessControl) {
    for (const auto& [name, users] : access->groups) groups.items.push_back({name, users});
    groups.total = groups.items.size();
  }
  co_return jsonResponse(200, groups);
}

}  // namespace larder::api::admin
