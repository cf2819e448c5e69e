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

// For one rule after the other.
using Upstreams = std::shared_ptr<const std::vector<apitypes::UpstreamHealth>>;

runtime::Task<Upstreams> upstreamsOf(std::shared_ptr<live::Hub> hub) {
  co_return std::make_shared<const std::vector<apitypes::UpstreamHealth>>(co_await hub->upstreams());
}

// How the rule's upstreams do, in the order of its URLs.
std::vector<apitypes::UpstreamHealth> healthOf(const config::SyncRegistry& rule,
                                               const std::vector<apitypes::UpstreamHealth>& upstreams) {
  std::vector<apitypes::UpstreamHealth> health;
  for (const auto& url : rule.urls) {
    auto found = std::ranges::find(upstreams, config::canonicalHost(url), &apitypes::UpstreamHealth::host);
    if (found != upstreams.end()) health.push_back(*found);
  }
  return health;
}

// A rule as it is written, and what the one in force does: `isInForce` says whether what is written is.
runtime::Task<apitypes::Rule> ruleOf(Call call, Upstreams upstreams, bool isInForce, std::string id, std::size_t index,
                                     Json config) {
  apitypes::Rule rule;
  rule.id = std::move(id);
  rule.index = index;
  rule.config = std::move(config);
  const auto& sync = call.config().extensions.sync;
  // Another rule may stand in its place there.
  if (!isInForce || !sync || index >= sync->registries.size()) co_return rule;
  const auto& inForce = sync->registries[index];
  rule.polls = sync->enable && inForce.pollInterval && !inForce.content.empty();
  rule.upstreams = healthOf(inForce, *upstreams);
  rule.hasCredentials = hasCredentials(*sync, inForce);
  if (!rule.polls) co_return rule;
  auto& service = call.services->parts.registry.sync();
  if (auto paused = co_await service.isPaused(index)) rule.paused = *paused;
  rule.nextRunAt = service.nextRun(index);
  if (auto runs = co_await service.runs(index); runs && !runs->empty()) {
    rule.lastRun = toApi(runs->front());
    rule.lastRun->rule = rule.id;
  }
  co_return rule;
}

runtime::Task<core::Result<config::Written>> readWritten(Call call) {
  auto& editor = call.services->parts.editor;
  co_return co_await runtime::offload(call.blocking(), [&editor] { return editor.written(); });
}

runtime::Task<tl::expected<config::Edited, config::Refusal>> run(Call call, config::Editor::Change change,
                                                                 config::EditOptions options) {
  options.ofElement = true;
  auto& editor = call.services->parts.editor;
  co_return co_await runtime::offload(call.blocking(), [&] { return editor.edit(change, options); });
}

// Answers with the id of the rule.
http::Response ruleResponse(apitypes::ConfigSaved edited, std::string id) {
  apitypes::RuleSaved saved{std::move(edited), std::move(id)};
  auto response = jsonResponse(200, saved);
  setRevision(response, saved.revision);
  return response;
}

}  // namespace

Answer listRules(Call call) {
  auto written = co_await readWritten(call);
  if (!written) co_return failed(call, written.error());
  auto rules = config::rulesOf(call.services->parts.editor.shown(written->document));
  auto upstreams = co_await upstreamsOf(call.services->live);
  bool isInForce = isWrittenInForce(call, *written);
  std::vector<apitypes::Rule> list;
  for (std::size_t i = 0; i < rules.size() && i < written->rules.size(); ++i) {
    list.push_back(co_await ruleOf(call, upstreams, isInForce, written->rules[i], i, std::move(rules[i])));
  }
  auto response = jsonResponse(200, wholeList(std::move(list)));
  setRevision(response, written->revision);
  co_return response;
}

Answer getRule(Call call) {
  auto written = co_await readWritten(call);
  if (!written) co_return failed(call, written.error());
  auto found = std::ranges::find(written->rules, call.parameter("id"));
  if (found == written->rules.end()) co_return problemResponse(404, "Sync rule not found.");
  auto index = static_cast<std::size_t>(found - written->rules.begin());
  auto rules = config::rulesOf(call.services->parts.editor.shown(written->document));
  auto upstreams = co_await upstreamsOf(call.services->live);
  bool isInForce = isWrittenInForce(call, *written);
  auto rule = co_await ruleOf(call, upstreams, isInForce, *found, index, std::move(rules[index]));
  auto response = jsonResponse(200, rule);
  setRevision(response, written->revision);
  co_return response;
}

Answer addRule(Call call) {
  call.note->object = "a new sync rule";
  auto edited = co_await run(call, config::addRule(call.body), unconditionalOptions(call));
  if (!edited) co_return refusalResponse(call, std::move(edited.error()));
  auto id = !edited->rules.empty() ? edited->rules.back() : "";
  co_return ruleResponse(savedOf(call, *edited), std::move(id));
}

Answer replaceRule(Call call) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  auto id = call.parameter("id");
  call.note->object = "sync rule " + id;
  auto edited = co_await run(call, config::replaceRule(id, call.body), std::move(*options));
  if (!edited) co_return refusalResponse(call, std::move(edited.error()));
  co_return ruleResponse(savedOf(call, *edited), std::move(id));
}

Answer removeRule(Call call) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  const auto& id = call.parameter("id");
  call.note->object = "sync rule " + id;
  auto edited = co_await run(call, config::removeRule(id), std::move(*options));
  co_return editResponse(call, std::move(edited));
}

Answer orderRules(Call call) {
  auto options = editOptions(call);
  if (!options) co_return std::move(options.error());
  Input<apitypes::RuleOrder> input(call.body);
  if (input->order.size() > kMostRules) input.wrong("order", "Too many sync rules.");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  call.note->object = "the order of the sync rules";
  auto edited = co_await run(call, config::orderRules(std::move(input->order)), std::move(*options));
  co_return editResponse(call, std::move(edited));
}

Answer explainRoute(Call call) {
  auto image = parseImage(call.head().queryParameter("image").value_or(""));
  auto ns = call.head().queryParameter("ns").value_or("");
  if (!image) co_return invalidInput({{"?image", "This is not a valid image name.", "library/nginx:1.27"}});
  auto& registry = call.services->parts.registry;
  apitypes::RouteExplanation answer{image->repository, image->reference.toString(), {}, false, {}};
  auto tag = image->reference.isTag() ? image->reference.tag() : std::string();
  auto explained = co_await registry.sync().explainRoute(image->repository, ns, std::move(tag));
  if (!explained && explained.error().code != core::ErrorCode::NameUnknown) {
    co_return failed(call, explained.error());
  }
  auto rules = co_await rulesInForce(call);
  if (explained) {
    answer.repository = explained->repository;
    answer.blocked = unlessEmpty(explained->blocked);
    for (auto& step : explained->steps) {
      for (auto& url : step.urls) url += "/manifests/" + answer.reference;
      auto id = rules && step.rule < rules->size() ? (*rules)[step.rule] : "";
      answer.steps.push_back({std::move(id), step.rule, step.upstreamHost, step.upstreamName, std::move(step.urls)});
    }
  }
  auto stored = co_await registry.manifests().exists(answer.repository, image->reference);
  answer.stored = stored.value_or(false);
  co_return jsonResponse(200, answer);
}

}  // namespace larder::api::admin
