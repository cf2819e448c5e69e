// The polls of the sync rules.
#include <algorithm>
#include <charconv>

#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

registry::SyncService& syncOf(const Call& call) {
  return call.services->parts.registry.sync();
}

core::Result<std::size_t> ruleOf(const Call& call) {
  const auto& text = call.parameter("index");
  std::size_t index = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error == std::errc() && end == text.data() + text.size()) return index;
  return core::fail(core::ErrorCode::NotFound, "A sync rule is named by its number, from 0 on.", text);
}

}  // namespace

Answer runRule(Call call) {
  auto index = ruleOf(call);
  if (!index) co_return failed(call, index.error());
  auto job = co_await syncOf(call).run(*index, call.caller.identity->name);
  if (!job) co_return failed(call, job.error());
  call.note->object = job->target;
  call.note->after = {{"job", job->id}};
  co_return jsonResponse(202, toApi(*job));
}

Answer pauseRule(Call call) {
  auto index = ruleOf(call);
  if (!index) co_return failed(call, index.error());
  Input<apitypes::Pause> input(call.body);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto before = co_await syncOf(call).isPaused(*index);
  if (!before) co_return failed(call, before.error());
  auto paused = co_await syncOf(call).pause(*index, input->paused);
  if (!paused) co_return failed(call, paused.error());
  call.note->object = "extensions.sync.registries[" + std::to_string(*index) + "]";
  call.note->before = {{"paused", *before}};
  call.note->after = {{"paused", input->paused}};
  co_return http::Response(204);
}

Answer listRuns(Call call) {
  auto page = pageOf(call);
  if (!page) co_return problemResponse(page.error());
  const auto& sync = call.config().extensions.sync;
  std::size_t rules = sync ? sync->registries.size() : 0;
  std::size_t first = 0;
  if (call.head().queryParameter("index")) {
    auto index = queryNumber(call, "index", 0, 0, 999);
    if (!index) co_return problemResponse(index.error());
    first = static_cast<std::size_t>(*index);
    rules = std::min(rules, first + 1);
  }
  std::vector<registry::SyncRun> runs;
  for (auto rule = first; rule < rules; ++rule) {
    auto some = co_await syncOf(call).runs(rule);
    if (!some) co_return failed(call, some.error());
    runs.insert(runs.end(), some->begin(), some->end());
  }
  std::ranges::sort(runs, std::greater<>(), [](const auto& run) { return run.report.startedAt; });
  // The cursor tells how many came before.
  std::size_t skip = 0;
  std::from_chars(page->cursor.data(), page->cursor.data() + page->cursor.size(), skip);
  skip = std::min(skip, runs.size());
  auto end = std::min(runs.size(), skip + page->limit);
  apitypes::Page<apitypes::Run> list;
  list.total = runs.size();
  for (auto i = skip; i < end; ++i) list.items.push_back(toApi(runs[i]));
  if (end < runs.size()) list.next = std::to_string(end);
  co_return jsonResponse(200, list);
}

}  // namespace larder::api::admin
