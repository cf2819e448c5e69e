// Revisions of the configuration, and what an overlay changes.
#include <algorithm>
#include <charconv>

#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/apitypes/time.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

constexpr std::uint64_t kMostRevision = std::uint64_t{1} << 53;

Json revisionJson(const config::Revision& revision) {
  return {{"revision", revision.number},
          {"at", apitypes::formatTime(revision.time)},
          {"by", revision.author.user},
          {"origin", config::toString(revision.origin)},
          {"paths", revision.paths}};
}

std::optional<std::uint64_t> numberIn(const std::string& text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

Answer listConfigHistory(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  auto before = page->cursor.empty() ? std::optional(kMostRevision) : numberIn(page->cursor);
  if (!before) co_return problemResponse(400, "The cursor is none of this list.");
  auto& editor = call.services->parts.editor;
  auto history = co_await runtime::offload(call.blocking(), [&editor] { return editor.history(); });
  if (!history) co_return failed(call, history.error());
  Json body{{"items", Json::array()}, {"total", history->size()}};
  auto next = std::ranges::find_if(*history, [&](const auto& revision) { return revision.number < *before; });
  for (; next != history->end() && body["items"].size() < page->limit; ++next) {
    body["items"].push_back(revisionJson(*next));
  }
  if (next != history->end()) body["next"] = std::to_string(std::prev(next)->number);
  co_return jsonResponse(200, body);
}

Answer diffConfig(Call call) {
  auto from = queryNumber(call, "from", 0, 1, kMostRevision);
  auto to = queryNumber(call, "to", 0, 1, kMostRevision);
  if (!from) co_return failed(call, from.error());
  if (!to) co_return failed(call, to.error());
  if (*from == 0 || *to == 0) co_return problemResponse(400, "Name the two revisions: from and to.");
  auto& editor = call.services->parts.editor;
  auto changes = co_await runtime::offload(call.blocking(), [&] { return editor.between(*from, *to); });
  if (!changes) co_return failed(call, changes.error());
  co_return jsonResponse(200, {{"from", *from}, {"to", *to}, {"changes", changesJson(*changes)}});
}

Answer rollBackConfig(Call call) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  Input input(call.body);
  auto number = input.optionalNumber("revision");
  if (!number) input.wrong("revision", "Name the revision to go back to.");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  call.note->object = "configuration, revision " + std::to_string(*number);
  auto& editor = call.services->parts.editor;
  auto edited = co_await runtime::offload(call.blocking(), [&] { return editor.rollBack(*number, *options); });
  co_return editResponse(call, edited);
}

Answer getConfigDrift(Call call) {
  auto& editor = call.services->parts.editor;
  auto found = co_await runtime::offload(call.blocking(), [&editor] {
    return editor.written().and_then([&editor](const config::Written& written) {
      return editor.drift().map(
          [&](const config::Editor::Drift& drift) { return std::pair(sourceOf(written), drift); });
    });
  });
  if (!found) co_return failed(call, found.error());
  const auto& [source, drift] = *found;
  co_return jsonResponse(200,
                         {{"source", source}, {"changes", changesJson(drift.changes)}, {"overlay", drift.overlay}});
}

}  // namespace larder::api::admin
