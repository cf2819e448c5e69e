// What Larder logs in to upstreams with. Passwords go in and never come out.
#include "larder/config/credentials_file.hpp"

#include <functional>
#include <optional>

#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/apitypes/sync.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

std::optional<config::CredentialsFile> credentialsFile(const Call& call) {
  const auto& sync = call.config().extensions.sync;
  if (!sync || sync->credentialsFile.empty()) return std::nullopt;
  return config::CredentialsFile(sync->credentialsFile);
}

runtime::Task<http::Response> change(Call call,
                                     std::function<core::Result<void>(const config::CredentialsFile&)> edit) {
  call.note->object = call.parameter("host");
  auto file = credentialsFile(call);
  if (!file) {
    co_return problemResponse(409, "Set extensions.sync.credentialsFile first; the file is created when needed.");
  }
  auto& editor = call.services->parts.editor;
  auto changed =
      co_await runtime::offload(call.blocking(), [&] { return editor.editFile([&] { return edit(*file); }); });
  if (changed) co_return http::Response(204);
  const auto& error = changed.error();
  if (error.where == "If-Match") co_return problemResponse(412, error.message);
  if (error.code == core::ErrorCode::Denied) co_return problemResponse(409, error.message);
  if (error.code == core::ErrorCode::InvalidArgument) co_return invalidInput({{error.where, error.message, {}}});
  co_return failed(call, error);
}

}  // namespace

Answer listCredentials(Call call) {
  auto file = credentialsFile(call);
  apitypes::CredentialList list;
  if (!file) {
    list.reason = "extensions.sync.credentialsFile is not configured";
    co_return jsonResponse(200, list);
  }
  auto read = [&file] { return std::pair(file->list(), file->readOnly()); };
  auto [entries, readOnly] = co_await runtime::offload(call.blocking(), read);
  if (!entries) co_return failed(call, entries.error());
  for (const auto& entry : *entries) list.items.push_back({entry.host, entry.username, entry.version});
  list.total = entries->size();
  list.editable = !readOnly;
  if (readOnly) list.reason = "The credentials file " + *readOnly;
  co_return jsonResponse(200, list);
}

Answer setCredential(Call call) {
  Input<apitypes::NewCredential> input(call.body);
  const auto& [username, password] = *input;
  input.limit("username", username, InputFaults::kMaxUpstreamUser);
  input.limit("password", password, InputFaults::kMaxUpstreamPassword);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto unlessThere = call.head().field("If-None-Match");
  if (!unlessThere.empty() && unlessThere != "*") {
    co_return problemResponse(400, "If-None-Match must be *, which creates the entry only if there is none yet.");
  }
  config::SeenCredentials seen{wantedMatch(call), unlessThere == "*"};
  auto set = [host = call.parameter("host"), username, password, seen = std::move(seen)](
                 const config::CredentialsFile& file) { return file.set(host, username, password, seen); };
  co_return co_await change(std::move(call), std::move(set));
}

Answer removeCredential(Call call) {
  auto remove = [host = call.parameter("host"), seen = wantedMatch(call)](const config::CredentialsFile& file) {
    return file.remove(host, seen);
  };
  co_return co_await change(std::move(call), std::move(remove));
}

}  // namespace larder::api::admin
