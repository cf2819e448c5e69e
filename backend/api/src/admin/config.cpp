// The configuration: what it is, what it may be, and changes of it.
#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/core/json.hpp"
#include "larder/runtime/offload.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
Answer getConfig(Call call) {
  auto& editor = call.services->parts.editor;
  auto found = co_await runtime::offload(call.blocking(), [&editor] { return editor.written(); });
  if (!found) co_return failed(call, found.error());
  const auto& written = *found;
  auto state = editor.state();
  apitypes::ConfigState answer;
  answer.revision = written.revision;
  answer.source = sourceOf(!written.readOnly.empty());
  answer.drift = written.overlaid;
  answer.restartNeeded = std::move(state.restartNeeded);
  answer.warnings = faultsOf(state.problems, config::Severity::Warning);
  if (!state.ok) answer.reloadError = std::move(state.error);
  answer.path = unlessEmpty(written.file.string());
  answer.written = editor.shown(written.document);
  answer.effective = editor.shown(core::parseOrderedJson(call.config().document, core::kOwnJson).value());
  answer.secrets = editor.secrets(written.document);
  auto response = jsonResponse(200, answer);
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
  if (!call.body.is_object())
    co_return invalidInput({{"", "The body must be a JSON merge patch (RFC 7396), which is an object.", {}}});
  call.note->object = "configuration";
  auto& editor = call.services->parts.editor;
  auto edited = co_await runtime::offload(call.blocking(), [&] { return editor.patch(call.body, *options); });
  co_return editResponse(call, std::move(edited));
}

Answer validateConfig(Call call) {
  Input<apitypes::ConfigDraft> input(call.body);
  const auto& [patch, whole] = *input;
  if (patch.has_value() == whole.has_value()) input.wrong("", "Send either patch or config.");
  if (patch && !patch->is_object()) input.wrong("patch", "This must be a JSON object.");
  if (whole && !whole->is_object()) input.wrong("config", "This must be a JSON object.");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto& editor = call.services->parts.editor;
  config::EditOptions options;
  options.dryRun = true;
  auto edited = co_await runtime::offload(
      call.blocking(), [&] { return patch ? editor.patch(*patch, options) : editor.replace(*whole, options); });
  if (!edited && edited.error().kind != config::Refusal::Kind::Invalid) co_return failed(call, edited.error().error);
  co_return jsonResponse(200, verdictOf(std::move(edited)));
}

}  // namespace larder::api::admin
