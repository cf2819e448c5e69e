// The sync rules: which upstream serves a name.
#include "larder/config/sync_rules.hpp"

#include <utility>

#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "admin/wanted.hpp"
#include "larder/config/hosts.hpp"
#include "larder/core/reference.hpp"
#include "larder/runtime/offload.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

bool hasCredentials(const config::Sync& sync, const config::SyncRegistry& rule) {
  return std::ranges::any_of(rule.urls,
                             [&](const auto& url) { return sync.credentials.contains(config::canonicalHost(url)); });
}

// How the rule's upstreams do: those that were asked since the start, in the order of its URLs.
std::vector<apitypes::UpstreamHealth> healthOf(const config::SyncRegistry& rule,
                                               const std::vector<upstream::UpstreamStatus>& upstreams) {
  std::vector<apitypes::UpstreamHealth> health;
  for (const auto& url : rule.urls) {
    auto found = std::ranges::find(upstreams, config::canonicalHost(url), &upstream::UpstreamStatus::host);
    if (found != upstreams.end()) health.push_back(toApi(*found));
  }
  return health;
}

runtime::Task<http::Response> edit(Call call, config::Editor::Change change) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  auto& editor = call.services->parts.editor;
  auto edited = co_await runtime::offload(call.blocking(), [&] { return editor.edit(change, *options); });
  co_return editResponse(call, std::move(edited));
}

}  // namespace

Answer listRules(Call call) {
  auto& editor = call.services->parts.editor;
  auto written = co_await runtime::offload(call.blocking(), [&editor] { return editor.written(); });
  if (!written) co_return failed(call, written.error());
  auto rules = config::rulesOf(editor.shown(written->document));
  auto sync = call.config().extensions.sync.value_or(config::Sync{});
  std::vector<apitypes::Rule> list;
  auto& service = call.services->parts.registry.sync();
  auto upstreams = service.upstreams();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    auto& rule = list.emplace_back();
    rule.index = i;
    rule.config = std::move(rules[i]);
    if (i >= sync.registries.size()) continue;  // it is not in force yet
    const auto& inForce = sync.registries[i];
    rule.polls = sync.enable && inForce.pollInterval && !inForce.content.empty();
    rule.upstreams = healthOf(inForce, upstreams);
    rule.hasCredentials = hasCredentials(sync, inForce);
    if (!rule.polls) continue;
    if (auto paused = co_await service.isPaused(i)) rule.paused = *paused;
    rule.nextRunAt = service.nextRun(i);
    if (auto runs = co_await service.runs(i); runs && !runs->empty()) rule.lastRun = toApi(runs->front());
  }
  auto response = jsonResponse(200, wholeList(std::move(list)));
  setRevision(response, written->revision);
  co_return response;
}

Answer addRule(Call call) {
  call.note->object = "a new sync rule";
  auto change = config::addRule(call.body);
  co_return co_await edit(std::move(call), std::move(change));
}

Answer replaceRule(Call call) {
  auto index = wantedRule(call);
  if (!index) co_return std::move(index.error());
  call.note->object = "sync rule " + std::to_string(*index);
  auto change = config::replaceRule(*index, call.body);
  co_return co_await edit(std::move(call), std::move(change));
}

Answer removeRule(Call call) {
  auto index = wantedRule(call);
  if (!index) co_return std::move(index.error());
  call.note->object = "sync rule " + std::to_string(*index);
  auto change = config::removeRule(*index);
  co_return co_await edit(std::move(call), std::move(change));
}

Answer orderRules(Call call) {
  Input<apitypes::RuleOrder> input(call.body);
  if (input->order.size() > kMostRules) input.wrong("order", "These are more rules than there may be.");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  call.note->object = "the order of the sync rules";
  co_return co_await edit(std::move(call), config::orderRules(std::move(input->order)));
}

Answer explainRoute(Call call) {
  auto image = parseImage(call.head().queryParameter("image").value_or(""));
  auto ns = call.head().queryParameter("ns").value_or("");
  if (!image) co_return invalidInput({{"?image", "This is no name of an image.", "library/nginx:1.27"}});
  auto& registry = call.services->parts.registry;
  apitypes::RouteExplanation answer{image->repository, image->reference.toString(), {}, false};
  auto explained = co_await registry.sync().explainRoute(image->repository, ns);
  if (!explained && explained.error().code != core::ErrorCode::NameUnknown) {
    co_return failed(call, explained.error());
  }
  if (explained) {
    answer.repository = explained->repository;
    for (auto& step : explained->steps) {
      for (auto& url : step.urls) url += "/manifests/" + answer.reference;
      answer.steps.push_back({step.rule, step.upstreamHost, step.upstreamName, std::move(step.urls)});
    }
  }
  auto stored = co_await registry.manifests().exists(answer.repository, image->reference);
  answer.stored = stored.value_or(false);
  co_return jsonResponse(200, answer);
}

}  // namespace larder::api::admin
