#include "polling/sync_tools.hpp"

#include <algorithm>
#include <utility>

#include "ask.hpp"
#include "larder/registry/source_rights.hpp"
#include "larder/upstream/endpoint.hpp"
#include "route_rules.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kTrialWait{20};
constexpr std::size_t kMaxShownTags = 10'000;
constexpr std::size_t kMaxTestedUrls = 16;

// Something to ask for. That it is not there is an answer too.
std::string anyName(const config::SyncRegistry& rule) {
  for (const auto& content : rule.content) {
    std::string_view name = content.prefix.pattern();
    while (name.starts_with('/')) name.remove_prefix(1);
    if (!content.prefix.hasMeta() && core::isRepositoryName(name)) return std::string(name);
  }
  return "library/alpine";
}

// Whether credentials that were given for the rule are meant for this URL of it.
bool isGivenFor(const config::SyncRegistry& rule, const std::string& url) {
  auto first = upstream::parseEndpoint(rule.urls.front());
  auto asked = upstream::parseEndpoint(url);
  return first && asked && first->scheme == asked->scheme && first->host == asked->host && first->port == asked->port;
}

// What an answer says about the upstream.
void judge(UpstreamTest& test, const core::Error* error, bool hasCredentials) {
  auto known = hasCredentials ? LoginResult::Accepted : LoginResult::Anonymous;
  if (!error || error->code == ErrorCode::UpstreamNotFound) {
    test.reachable = true;
    test.login = known;
    return;
  }
  test.error = error->message;
  test.reachable = error->upstreamStatus != 0 || error->code == ErrorCode::UpstreamDenied ||
                   error->code == ErrorCode::UpstreamLoginRefused || error->code == ErrorCode::UpstreamThrottled ||
                   error->code == ErrorCode::UpstreamUntrusted || error->code == ErrorCode::UpstreamInvalid;
  // Many registries say "denied" of what there is not; without credentials it tells nothing.
  if (error->code == ErrorCode::UpstreamLoginRefused) test.login = LoginResult::Refused;
  if (error->code == ErrorCode::UpstreamDenied && hasCredentials) test.login = LoginResult::Refused;
}

TlsResult tlsOf(const UpstreamTest& test, const core::Error* error, bool verifies) {
  if (!test.url.starts_with("https:") || !test.reachable) return TlsResult::Unknown;
  if (error && error->code == ErrorCode::UpstreamUntrusted) return TlsResult::Failed;
  return verifies ? TlsResult::Verified : TlsResult::Unverified;
}

}  // namespace

config::Snapshot SyncTools::configWith(config::SyncRegistry rule) const {
  auto config = std::make_shared<config::Config>(*context_->router.config());
  if (!config->extensions.sync) config->extensions.sync.emplace();
  config->extensions.sync->enable = true;
  // The router's way to a polled repository is taken: it needs no repository to be there.
  if (!rule.pollInterval) rule.pollInterval = std::chrono::hours(24);
  config->extensions.sync->registries = {std::move(rule)};
  return config;
}

// Made by what is in force, which does not have the rule.
SourceFactory SyncTools::trialFactory(std::optional<config::Credential> given) const {
  return
      [context = context_, saved = context_->router.config(), given = std::move(given)](
          const config::Config&, const config::SyncRegistry& rule, const std::string& url, const config::Credential*) {
        const auto* login = given && isGivenFor(rule, url) ? &*given : nullptr;
        return context->router.sourceFactory()(*saved, rule, url, login);
      };
}

bool SyncTools::hasCredentials(const config::SyncRegistry& rule, const std::string& url) const {
  if (!rule.credentialHelper.empty()) return true;
  auto saved = context_->router.config();
  auto endpoint = upstream::parseEndpoint(url);
  if (!endpoint || !saved->extensions.sync || !rightsOf(*saved, rule, url).storedCredentials) return false;
  return std::ranges::any_of(saved->extensions.sync->credentials,
                             [&](const auto& entry) { return upstream::canonicalHost(entry.first) == endpoint->host; });
}

Task<Result<RouteExplanation>> SyncTools::explainRoute(std::string repository, std::string ns, std::string tag) {
  auto route = co_await context_->router.resolveUnblocked(std::move(repository), std::move(ns), std::move(tag));
  if (!route) co_return core::fail(route.error());
  RouteExplanation explanation;
  explanation.repository = std::move(route->repository);
  explanation.place = std::move(route->place);
  explanation.names = std::move(route->names);
  if (const auto& refusal = route->pullRefusal ? route->pullRefusal : route->fetchRefusal) {
    explanation.blocked = refusal->message;
  }
  for (auto& target : route->targets) {
    RouteStep step{target.rule, std::move(target.origin.host), std::move(target.origin.name), {}};
    for (std::size_t i = 0; i < target.places.size(); ++i) {
      auto endpoint = upstream::parseEndpoint(target.urls[i]);
      if (endpoint) step.urls.push_back(endpoint->origin() + "/v2/" + target.places[i].name);
    }
    explanation.steps.push_back(std::move(step));
  }
  co_return explanation;
}

Task<Result<std::vector<SyncRun>>> SyncTools::runs(std::size_t rule) {
  auto history = co_await poller_->history(rule);
  if (!history && history.error().code == ErrorCode::Conflict) co_return std::vector<SyncRun>{};
  if (!history) co_return core::fail(history.error());
  std::vector<SyncRun> runs;
  for (const auto& report : history->runs) runs.push_back({rule, report});
  co_return runs;
}

Task<Result<SyncPreview>> SyncTools::preview(config::SyncRegistry rule, std::string repository,
                                             std::optional<config::Credential> given) {
  Router router(context_->meta, trialFactory(std::move(given)), configWith(std::move(rule)));
  auto polled = router.polledRules();
  SyncPreview preview;
  auto found = polled.empty() ? std::nullopt : polled.front().repository(repository);
  if (!found) co_return preview;
  preview.repository = found->route->repository;
  auto deadline = deadlineIn(kTrialWait);
  auto asked = co_await askInOrder<std::vector<std::string>>(
      found->route->targets, [deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.tags(name, kMaxShownTags, deadline);
      });
  if (!asked.result) co_return core::fail(asked.result.error());
  TagFilter filter(polled.front().rule().content[found->content]);
  for (auto& tag : *asked.result) {
    const char* refusedBy = filter.refusedBy(tag);
    if (!refusedBy && context_->router.refuseFetch(found->route->names, tag)) refusedBy = "blocked";
    preview.tags.push_back({std::move(tag), refusedBy});
  }
  co_return preview;
}

std::vector<RouteTrial> SyncTools::tryRoute(config::SyncRegistry rule, std::optional<std::size_t> place,
                                            std::vector<std::string> names) const {
  if (names.empty()) names.push_back(anyName(rule));
  auto config = std::make_shared<config::Config>(*context_->router.config());
  if (!config->extensions.sync) config->extensions.sync.emplace();
  config->extensions.sync->enable = true;
  auto& rules = config->extensions.sync->registries;
  auto index = std::min(place.value_or(rules.size()), rules.size());
  if (index == rules.size()) {
    rules.push_back(rule);
  } else {
    rules[index] = rule;
  }
  RouteRules routes(*config);
  auto first = upstream::parseEndpoint(rule.urls.front());
  std::vector<RouteTrial> trials;
  for (auto& name : names) {
    auto& trial = trials.emplace_back();
    trial.name = std::move(name);
    std::optional<RouteCandidate> taken;
    for (auto& candidate : first ? routes.byHost(first->host, trial.name) : std::vector<RouteCandidate>{}) {
      if (candidate.rule == index && !taken) taken = std::move(candidate);
    }
    if (auto polled = taken ? std::nullopt : routes.polled(index, trial.name)) taken = std::move(polled->candidate);
    if (!taken) continue;
    trial.repository = std::move(taken->local);
    for (std::size_t i = 0; i < taken->names.size(); ++i) {
      auto endpoint = upstream::parseEndpoint(rule.urls[i]);
      if (endpoint) trial.urls.push_back(endpoint->origin() + "/v2/" + taken->names[i]);
    }
    auto byName = routes.byLocalName(trial.repository);
    if (!byName.empty() && byName.front().rule != index) trial.servedFirstBy = byName.front().rule;
    auto known = context_->router.namesOf(trial.repository, taken->origin);
    auto refusal = context_->router.refusePull(known, "");
    if (!refusal) refusal = context_->router.refuseFetch(known, "");
    if (refusal) trial.blocked = std::move(refusal->message);
  }
  return trials;
}

Task<std::vector<UpstreamTest>> SyncTools::test(config::SyncRegistry rule, std::optional<config::Credential> given,
                                                std::function<bool()> isOver) {
  auto name = anyName(rule);
  auto makeSource = trialFactory(given);
  auto saved = context_->router.config();
  std::vector<UpstreamTest> tests;
  for (const auto& url : rule.urls) {
    if (isOver && isOver()) break;
    UpstreamTest test;
    test.url = url;
    if (tests.size() >= kMaxTestedUrls) {
      test.error = "not tested: a test asks no more than " + std::to_string(kMaxTestedUrls) + " URLs";
      tests.push_back(std::move(test));
      continue;
    }
    auto begun = std::chrono::steady_clock::now();
    auto source = makeSource(*saved, rule, url, nullptr);
    auto head = co_await source->headManifest(name, Reference::ofTag("latest"), deadlineIn(kTrialWait));
    test.took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
    auto status = source->status();
    test.rateLimit = status.rateLimit;
    test.rateRemaining = status.rateRemaining;
    const auto* error = head ? nullptr : &head.error();
    bool isOutage = error && core::isUpstreamOutage(error->code);
    if (!error || isOutage || isAbsence(error->code)) {
      context_->router.learn(rule, url, isOutage ? error : nullptr, test.took);
    }
    judge(test, error, (given && isGivenFor(rule, url)) || hasCredentials(rule, url));
    test.tls = tlsOf(test, error, rule.tlsVerify);
    tests.push_back(std::move(test));
  }
  co_return tests;
}

}  // namespace larder::registry
