// Revisions of the configuration, and what an overlay changes.
#include <algorithm>

#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "fields.hpp"
#include "larder/runtime/offload.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

constexpr std::uint64_t kMostRevision = std::uint64_t{1} << 53;

apitypes::Revision revisionOf(config::Revision& revision) {
  return {revision.number, revision.time, std::move(revision.author.user),
          byWord<apitypes::RevisionOrigin>(config::toString(revision.origin)), std::move(revision.paths)};
}

}  // namespace

Answer listConfigHistory(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  auto before = numberOf(*page, kMostRevision);
  if (!before) co_return failed(call, before.error());
  auto& editor = call.services->parts.editor;
  auto history = co_await runtime::offload(call.blocking(), [&editor] { return editor.history(); });
  if (!history) co_return failed(call, history.error());
  apitypes::Page<apitypes::Revision> list;
  list.total = history->size();
  auto next = std::ranges::find_if(*history, [&](const auto& revision) { return revision.number < *before; });
  for (; next != history->end() && list.items.size() < page->limit; ++next) list.items.push_back(revisionOf(*next));
  if (next != history->end()) list.next = std::to_string(std::prev(next)->number);
  co_return jsonResponse(200, list);
}

Answer getRevision(Call call) {
  auto number = parseNumber(call.parameter("revision"));
  if (!number) co_return problemResponse(404, "Revision not found.");
  auto& editor = call.services->parts.editor;
  auto found = co_await runtime::offload(call.blocking(), [&]() -> core::Result<apitypes::RevisionDetail> {
    auto head = editor.revisionHead(*number);
    if (!head) return core::fail(head.error());
    auto document = editor.revision(*number);
    if (!document) return core::fail(document.error());
    return apitypes::RevisionDetail{revisionOf(*head), editor.shown(*document)};
  });
  if (!found) co_return failed(call, found.error());
  auto response = jsonResponse(200, *found);
  setRevision(response, *number);
  co_return response;
}

Answer diffConfig(Call call) {
  auto from = queryNumber(call, "from", 0, 1, kMostRevision);
  auto to = queryNumber(call, "to", 0, 1, kMostRevision);
  if (!from) co_return failed(call, from.error());
  if (!to) co_return failed(call, to.error());
  if (*from == 0 || *to == 0)
    co_return problemResponse(400, "The parameters from and to (revision numbers) are required.");
  auto& editor = call.services->parts.editor;
  auto changes = co_await runtime::offload(call.blocking(), [&] { return editor.between(*from, *to); });
  if (!changes) co_return failed(call, changes.error());
  co_return jsonResponse(200, apitypes::ConfigDiff{*from, *to, changesOf(std::move(*changes))});
}

Answer rollBackConfig(Call call) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  Input<apitypes::RollBack> input(call.body);
  auto number = input->revision;
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  call.note->object = "configuration, revision " + std::to_string(number);
  auto& editor = call.services->parts.editor;
  auto edited = co_await runtime::offload(call.blocking(), [&] { return editor.rollBack(number, *options); });
  co_return editResponse(call, std::move(edited));
}

Answer previewRollBack(Call call) {
  Input<apitypes::RollBack> input(call.body);
  auto number = input->revision;
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto& editor = call.services->parts.editor;
  auto options = dryRunOptions(call);
  auto edited = co_await runtime::offload(call.blocking(), [&] { return editor.rollBack(number, options); });
  if (!edited && edited.error().kind != config::Refusal::Kind::Invalid) {
    co_return refusalResponse(call, std::move(edited.error()));
  }
  co_return jsonResponse(200, verdictOf(std::move(edited)));
}

Answer getConfigDrift(Call call) {
  auto& editor = call.services->parts.editor;
  auto found = co_await runtime::offload(call.blocking(), [&editor] {
    return editor.written().and_then([&editor](const config::Written& written) {
      return editor.drift().map([&](config::Editor::Drift drift) {
        return apitypes::ConfigDrift{sourceOf(!written.readOnly.empty()), changesOf(std::move(drift.changes)),
                                     std::move(drift.overlay), faultsOf(drift.warnings, config::Severity::Warning)};
      });
    });
  });
  if (!found) co_return failed(call, found.error());
  co_return jsonResponse(200, *found);
}

}  // namespace larder::api::admin
