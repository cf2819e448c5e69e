// Drafts that were made upon an earlier revision, and single changes that are taken back: both merged three ways onto
// what others have saved meanwhile.
#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

using Outcome = tl::expected<config::Merged, config::Refusal>;
using Sides = std::optional<std::map<std::string, apitypes::MergeSide>>;

constexpr std::size_t kMostChoices = 1000;

config::Choices choicesOf(const Sides& sides, InputFaults& input) {
  config::Choices choices;
  if (!sides) return choices;
  if (sides->size() > kMostChoices) input.wrong("choices", "There are more choices than possible conflicts.");
  for (const auto& [id, side] : *sides) {
    choices[id] = side == apitypes::MergeSide::Mine     ? config::Choice::Mine
                  : side == apitypes::MergeSide::Before ? config::Choice::Before
                                                        : config::Choice::Theirs;
  }
  return choices;
}

tl::expected<config::MergeDraft, http::Response> draftOf(const Json& body) {
  Input<apitypes::MergeDraft> input(body);
  const auto& patch = input->patch;
  const auto& whole = input->config;
  if (patch.has_value() == whole.has_value()) input.wrong("", "Send either patch or config.");
  if (patch && !patch->is_object()) input.wrong("patch", "This must be a JSON object.");
  if (whole && !whole->is_object()) input.wrong("config", "This must be a JSON object.");
  config::MergeDraft draft;
  draft.base = input->base;
  draft.choices = choicesOf(input->choices, input);
  if (auto refusal = input.refusal()) return tl::make_unexpected(std::move(*refusal));
  draft.isPatch = patch.has_value();
  draft.draft = patch ? *patch : *whole;
  return draft;
}

http::Response mergeAnswer(const Call& call, std::uint64_t base, Outcome outcome) {
  if (!outcome) return refusalResponse(call, std::move(outcome.error()));
  auto& merged = *outcome;
  apitypes::ConfigMerge answer;
  answer.base = base;
  answer.revision = merged.edited.revision;
  answer.valid = merged.errors.empty();
  answer.merged = std::move(merged.document);
  answer.conflicts = conflictsOf(std::move(merged.conflicts));
  answer.mine = changesOf(std::move(merged.mine));
  answer.theirs = changesOf(std::move(merged.theirs));
  answer.result = changesOf(std::move(merged.edited.changes));
  answer.errors = faultsOf(merged.errors, config::Severity::Error);
  answer.warnings = faultsOf(merged.edited.warnings, config::Severity::Warning);
  answer.restartNeeded = std::move(merged.edited.restartNeeded);
  auto response = jsonResponse(200, answer);
  setRevision(response, answer.revision);
  return response;
}

http::Response savedAnswer(const Call& call, Outcome outcome) {
  if (!outcome) return refusalResponse(call, std::move(outcome.error()));
  return editResponse(call, std::move(outcome->edited));
}

}  // namespace

Answer previewMerge(Call call) {
  auto draft = draftOf(call.body);
  if (!draft) co_return std::move(draft.error());
  auto& editor = call.services->parts.editor;
  auto options = dryRunOptions(call);
  auto merged = co_await runtime::offload(call.blocking(), [&] { return editor.merge(*draft, options); });
  co_return mergeAnswer(call, draft->base, std::move(merged));
}

Answer mergeConfig(Call call) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  auto draft = draftOf(call.body);
  if (!draft) co_return std::move(draft.error());
  call.note->object = "configuration, merged with what followed revision " + std::to_string(draft->base);
  auto& editor = call.services->parts.editor;
  auto merged = co_await runtime::offload(call.blocking(), [&] { return editor.merge(*draft, *options); });
  co_return savedAnswer(call, std::move(merged));
}

Answer previewRevert(Call call) {
  Input<apitypes::Revert> input(call.body);
  auto number = input->revision;
  auto choices = choicesOf(input->choices, input);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto& editor = call.services->parts.editor;
  auto options = dryRunOptions(call);
  auto merged = co_await runtime::offload(call.blocking(), [&] { return editor.revert(number, choices, options); });
  co_return mergeAnswer(call, number, std::move(merged));
}

Answer revertConfig(Call call) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  Input<apitypes::Revert> input(call.body);
  auto number = input->revision;
  auto choices = choicesOf(input->choices, input);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  call.note->object = "configuration, the change of revision " + std::to_string(number);
  auto& editor = call.services->parts.editor;
  auto merged = co_await runtime::offload(call.blocking(), [&] { return editor.revert(number, choices, *options); });
  co_return savedAnswer(call, std::move(merged));
}

}  // namespace larder::api::admin
