// The configuration: what it is, what it may be, and changes of it.
#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

Json verdict(const tl::expected<config::Edited, config::Refusal>& edited) {
  static const std::vector<config::Problem> kNone;
  const auto& faults = edited ? kNone : edited.error().problems;
  return {{"valid", edited.has_value()},
          {"errors", problemsJson(faults, config::Severity::Error)},
          {"warnings", problemsJson(edited ? edited->warnings : faults, config::Severity::Warning)},
          {"restartNeeded", edited ? edited->restartNeeded : std::vector<std::string>{}},
          {"changes", changesJson(edited ? edited->changes : std::vector<config::Difference>{})}};
}

}  // namespace

Answer getConfig(Call call) {
  auto& editor = call.services->parts.editor;
  auto found = co_await runtime::offload(call.blocking(), [&editor] { return editor.written(); });
  if (!found) co_return failed(call, found.error());
  const auto& written = *found;
  auto state = editor.state();
  Json body{{"revision", written.revision},
            {"source", sourceOf(written)},
            {"drift", written.overlaid},
            {"restartNeeded", state.restartNeeded}};
  if (!state.ok) body["reloadError"] = state.error;
  if (!written.file.empty()) body["path"] = written.file.string();
  body["written"] = editor.shown(written.document);
  body["effective"] = editor.shown(Json::parse(call.config().document));
  body["secrets"] = editor.secrets(written.document);
  auto response = jsonResponse(200, body);
  setRevision(response, written.revision);
  co_return response;
}

Answer getConfigSchema(Call) {
  http::Response response(200);
  response.set("Content-Type", "application/schema+json");
  response.body = std::string(config::schemaText());
  co_return response;
}

Answer patchConfig(Call call) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  if (!call.body.is_object()) co_return invalidInput({{"", "The body must be a JSON object: a merge patch.", ""}});
  call.note->object = "configuration";
  auto& editor = call.services->parts.editor;
  auto edited = co_await runtime::offload(call.blocking(), [&] { return editor.patch(call.body, *options); });
  co_return editResponse(call, edited);
}

Answer validateConfig(Call call) {
  Input input(call.body);
  const auto& patch = input.any("patch");
  const auto& whole = input.any("config");
  if (patch.is_null() == whole.is_null()) input.wrong("", "Send either patch or config.");
  if (!patch.is_null() && !patch.is_object()) input.wrong("patch", "This must be an object.");
  if (!whole.is_null() && !whole.is_object()) input.wrong("config", "This must be an object.");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto& editor = call.services->parts.editor;
  config::EditOptions options;
  options.dryRun = true;
  auto edited = co_await runtime::offload(
      call.blocking(), [&] { return patch.is_null() ? editor.replace(whole, options) : editor.patch(patch, options); });
  if (!edited && edited.error().kind != config::Refusal::Kind::Invalid) co_return failed(call, edited.error().error);
  co_return jsonResponse(200, verdict(edited));
}

}  // namespace larder::api::admin
