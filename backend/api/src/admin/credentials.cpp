// What Larder logs in to upstreams with. Passwords go in and never come out.
#include "larder/config/credentials_file.hpp"

#include <functional>
#include <optional>

#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kMaxUser = 255;
constexpr std::size_t kMaxPassword = 16384;  // a token may be long

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
    co_return problemResponse(409, "Name a file in extensions.sync.credentialsFile first; it is made when needed.");
  }
  auto& editor = call.services->parts.editor;
  auto changed =
      co_await runtime::offload(call.blocking(), [&] { return editor.editFile([&] { return edit(*file); }); });
  if (changed) co_return http::Response(204);
  const auto& error = changed.error();
  if (error.code == core::ErrorCode::Denied) co_return problemResponse(409, error.message);
  if (error.code == core::ErrorCode::InvalidArgument) co_return invalidInput({{error.where, error.message, ""}});
  co_return failed(call, error);
}

}  // namespace

Answer listCredentials(Call call) {
  auto file = credentialsFile(call);
  Json body{{"items", Json::array()}, {"total", 0}, {"editable", file.has_value()}};
  if (!file) {
    body["reason"] = "extensions.sync.credentialsFile is not configured";
    co_return jsonResponse(200, body);
  }
  auto read = [&file] { return std::pair(file->list(), file->readOnly()); };
  auto [entries, readOnly] = co_await runtime::offload(call.blocking(), read);
  if (!entries) co_return failed(call, entries.error());
  for (const auto& entry : *entries) body["items"].push_back({{"host", entry.host}, {"username", entry.username}});
  body["total"] = entries->size();
  body["editable"] = !readOnly;
  if (readOnly) body["reason"] = "The credentials file " + *readOnly;
  co_return jsonResponse(200, body);
}

Answer setCredential(Call call) {
  Input input(call.body);
  auto username = input.text("username", kMaxUser);
  auto password = input.text("password", kMaxPassword);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto set = [host = call.parameter("host"), username, password](const config::CredentialsFile& file) {
    return file.set(host, username, password);
  };
  co_return co_await change(std::move(call), std::move(set));
}

Answer removeCredential(Call call) {
  auto remove = [host = call.parameter("host")](const config::CredentialsFile& file) { return file.remove(host); };
  co_return co_await change(std::move(call), std::move(remove));
}

}  // namespace larder::api::admin
