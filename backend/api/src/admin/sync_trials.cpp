// What a sync rule would do, saved or not: which tags it takes, and whether its upstream answers.
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/config/load.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kMostTags = 10'000;

// The rule as a configuration would have it; 422 with what is wrong.
runtime::Task<tl::expected<config::SyncRegistry, http::Response>> parseRule(runtime::Executor blocking, Json rule,
                                                                            std::string path) {
  Json whole;
  whole["distSpecVersion"] = "1.1.1";
  whole["storage"]["rootDirectory"] = ".";
  whole["http"] = {{"address", "127.0.0.1"}, {"port", "0"}};
  whole["extensions"]["sync"] = {{"enable", true}, {"registries", Json::array({std::move(rule)})}};
  auto text = whole.dump(-1, ' ', false, Json::error_handler_t::replace);
  auto loaded = co_await runtime::offload(blocking, [&text] { return config::loadText(text); });
  if (loaded.config) co_return loaded.config->extensions.sync->registries.front();
  constexpr std::string_view kPlace = "extensions.sync.registries[0]";
  std::vector<InputError> errors;
  for (auto& problem : loaded.problems) {
    if (problem.severity != config::Severity::Error) continue;
    auto place = problem.path.starts_with(kPlace) ? path + problem.path.substr(kPlace.size()) : problem.path;
    if (place.starts_with('.')) place.erase(0, 1);
    errors.push_back({std::move(place), std::move(problem.message), std::move(problem.hint)});
  }
  co_return tl::make_unexpected(invalidInput(std::move(errors)));
}

const char* nameOf(registry::LoginResult login) {
  switch (login) {
    case registry::LoginResult::Anonymous:
      return "anonymous";
    case registry::LoginResult::Accepted:
      return "accepted";
    case registry::LoginResult::Refused:
      return "refused";
    case registry::LoginResult::Unknown:
      break;
  }
  return "unknown";
}

Json testJson(const registry::UpstreamTest& test, bool verifies) {
  Json body{{"url", test.url},
            {"ok", test.error.empty()},
            {"reachable", test.reachable},
            {"login", nameOf(test.login)},
            {"tookMs", test.took.count()}};
  // Where nothing answered, it is not known whether TLS was the reason; the error tells.
  if (test.reachable && test.url.starts_with("https:")) body["tls"] = verifies ? "verified" : "unverified";
  if (test.rateLimit) body["rateLimit"] = *test.rateLimit;
  if (test.rateRemaining) body["rateRemaining"] = *test.rateRemaining;
  if (!test.error.empty()) body["error"] = test.error;
  return body;
}

}  // namespace

Answer previewRule(Call call) {
  Input input(call.body);
  auto repository = input.text("repository", 255);
  const auto& given = input.any("rule");
  if (!given.is_object()) input.wrong("rule", "A sync rule is expected.");
  if (!repository.empty() && !core::isRepositoryName(repository)) {
    input.wrong("repository", "This is no name of a repository.", "library/redis");
  }
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto rule = co_await parseRule(call.blocking(), given, "rule");
  if (!rule) co_return std::move(rule.error());
  auto preview = co_await call.services->parts.registry.sync().preview(std::move(*rule), std::move(repository));
  if (!preview) co_return failed(call, preview.error());
  Json items = Json::array();
  std::size_t taken = 0;
  for (const auto& tag : preview->tags) {
    if (!tag.refusedBy) ++taken;
    if (items.size() == kMostTags) continue;
    Json item{{"tag", tag.tag}, {"taken", !tag.refusedBy}};
    if (tag.refusedBy) item["reason"] = tag.refusedBy;
    items.push_back(std::move(item));
  }
  Json body{{"repository", preview->repository}, {"total", preview->tags.size()}, {"taken", taken}};
  body["items"] = std::move(items);
  co_return jsonResponse(200, body);
}

Answer testRule(Call call) {
  if (!call.body.is_object()) co_return invalidInput({{"", "A sync rule is expected.", ""}});
  auto rule = co_await parseRule(call.blocking(), call.body, "");
  if (!rule) co_return std::move(rule.error());
  bool verifies = rule->tlsVerify;
  auto tests = co_await call.services->parts.registry.sync().test(std::move(*rule));
  Json items = Json::array();
  for (const auto& test : tests) items.push_back(testJson(test, verifies));
  auto total = items.size();
  co_return jsonResponse(200, {{"items", std::move(items)}, {"total", total}});
}

}  // namespace larder::api::admin
