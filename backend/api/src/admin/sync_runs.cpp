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
  auto index = co_await wantedRule(call);
  if (!index) co_return std::move(index.error());
  auto job = co_await syncOf(call).run(*index, call.caller.identity->name);
  if (!job) co_return failed(call, job.error());
  call.note->object = job->target;
  call.note->after = {{"job", job->id}};
  co_return jsonResponse(202, toApi(*job));
}

Answer pauseRule(Call call) {
  auto index = co_await wantedRule(call);
  if (!index) co_return std::move(index.error());
  Input<apitypes::Pause> input(call.body);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto before = co_await syncOf(call).isPaused(*index);
  if (!before) co_return failed(call, before.error());
  auto paused = co_await syncOf(call).pause(*index, input->paused);
  if (!paused) co_return failed(call, paused.error());
  call.note->object = "sync rule " + call.parameter("id");
  call.note->before = {{"paused", *before}};
  call.note->after = {{"paused", input->paused}};
  co_return http::Response(204);
}

Answer listRuns(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  auto skip = numberOf(*page, 0);  // how many came before
  if (!skip) co_return failed(call, skip.error());
  auto rules = co_await rulesInForce(call);
  if (!rules) co_return failed(call, rules.error());
  auto wanted = call.head().queryParameter("rule");
  std::vector<apitypes::Run> runs;
  for (std::size_t i = 0; i < rules->size(); ++i) {
    if (wanted && *wanted != (*rules)[i]) continue;
    auto some = co_await syncOf(call).runs(i);
    if (!some) co_return failed(call, some.error());
    for (const auto& run : *some) {
      runs.push_back(toApi(run));
      runs.back().rule = (*rules)[i];
    }
  }
  std::ranges::sort(runs, std::greater<>(), &apitypes::Run::startedAt);
  auto begin = std::min<std::size_t>(*skip, runs.size());
  auto end = std::min(runs.size(), begin + page->limit);
  apitypes::Page<apitypes::Run> list;
  list.total = runs.size();
  list.items.assign(std::make_move_iterator(runs.begin() + static_cast<std::ptrdiff_t>(begin)),
                    std::make_move_iterator(runs.begin() + static_cast<std::ptrdiff_t>(end)));
  if (end < runs.size()) list.next = std::to_string(end);
  co_return jsonResponse(200, list);
}

}  // namespace larder::api::admin
