// The polls of the sync rules.
#include <algorithm>

#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "admin/wanted.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

registry::SyncService& syncOf(const Call& call) {
  return call.services->parts.registry.sync();
}

}  // namespace

Answer runRule(Call call) {
  auto index = wantedRule(call);
  if (!index) co_return std::move(index.error());
  auto job = co_await syncOf(call).run(*index, call.caller.identity->name);
  if (!job) co_return failed(call, job.error());
  call.note->object = job->target;
  call.note->after = {{"job", job->id}};
  co_return jsonResponse(202, toApi(*job));
}

Answer pauseRule(Call call) {
  auto index = wantedRule(call);
  if (!index) co_return std::move(index.error());
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
  if (!page) co_return failed(call, page.error());
  auto skip = numberOf(*page, 0);  // how many came before
  if (!skip) co_return failed(call, skip.error());
  const auto& sync = call.config().extensions.sync;
  std::size_t rules = sync ? sync->registries.size() : 0;
  std::size_t first = 0;
  if (call.head().queryParameter("index")) {
    auto index = queryNumber(call, "index", 0, 0, kMostRules - 1);
    if (!index) co_return failed(call, index.error());
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
  auto begin = std::min<std::size_t>(*skip, runs.size());
  auto end = std::min(runs.size(), begin + page->limit);
  apitypes::Page<apitypes::Run> list;
  list.total = runs.size();
  for (auto i = begin; i < end; ++i) list.items.push_back(toApi(runs[i]));
  if (end < runs.size()) list.next = std::to_string(end);
  co_return jsonResponse(200, list);
}

}  // namespace larder::api::admin
