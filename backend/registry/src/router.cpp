#include "router.hpp"

#include <re2/re2.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "larder/core/reference.hpp"
#include "larder/core/regex.hpp"
#include "source_key.hpp"

namespace larder::registry {

using core::ErrorCode;

struct Router::Table {
  config::Snapshot config;
  RouteRules rules;
  std::vector<std::vector<std::shared_ptr<upstream::UpstreamSource>>> sources;  // by rule and URL
  std::unordered_map<core::Digest, std::shared_ptr<upstream::UpstreamSource>> byKey;
  std::unordered_map<std::string, std::shared_ptr<const RE2>> immutableTags;  // by host
  std::unordered_map<std::string, std::vector<core::Glob>> pushable;          // by host: repositories
  BlockList blocks;

  explicit Table(config::Snapshot snapshot) : config(std::move(snapshot)), rules(*config), blocks(config) {}

  bool allowsPush(const std::string& host, std::string_view repository) const {
    auto globs = pushable.find(host);
    if (globs == pushable.end()) return false;
    return std::ranges::any_of(globs->second, [&](const core::Glob& glob) { return glob.matches(repository); });
  }

  RepositoryNames namesOf(const std::string& repository, const storage::Origin& origin) const {
    auto names = registry::namesOf(repository, origin);
    if (origin.host.empty()) return names;
    auto add = [&names](std::string name) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    };
    RepositoryNames served{origin.name};
    for (auto& candidate : rules.byHost(origin.host, origin.name)) {
      served.push_back(candidate.local);
      add(std::move(candidate.local));
    }
    // What leads to it without `ns`: Docker Hub's official images by their short names too.
    constexpr std::string_view kOfficial = "library/";
    for (std::size_t i = 0, count = served.size(); i < count; ++i) {
      auto at = served[i].rfind(kOfficial);
      if (at != std::string::npos) served.push_back(std::string(served[i]).erase(at, kOfficial.size()));
    }
    for (auto& name : served) {
      auto leads = [&](const RouteCandidate& candidate) { return candidate.origin == origin; };
      if (core::isRepositoryName(name) && std::ranges::any_of(rules.byLocalName(name), leads)) add(std::move(name));
    }
    return names;
  }

  RouteTarget target(const RouteCandidate& candidate) const {
    const auto& rule = config->extensions.sync->registries[candidate.rule];
    RouteTarget target;
    target.rule = candidate.rule;
    target.origin = candidate.origin;
    target.urls = rule.urls;
    target.checkInterval = rule.manifestCheckInterval;
    target.syncTimeout = rule.syncTimeout;
    target.onlySigned = rule.onlySigned;
    target.cosignTags = rule.syncLegacyCosignTags;
    for (std::size_t i = 0; i < candidate.names.size(); ++i) {
      target.places.push_back({sources[candidate.rule][i], candidate.names[i]});
    }
    auto pattern = immutableTags.find(candidate.origin.host);
    if (pattern != immutableTags.end()) target.immutableTags = pattern->second;
    return target;
  }
};

Router::Router(std::shared_ptr<storage::MetaStore> meta, SourceFactory factory, config::Snapshot config)
    : meta_(std::move(meta)), factory_(std::move(factory)), table_(build(std::move(config), factory_, nullptr)) {}
Router::~Router() = default;

std::shared_ptr<const Router::Table> Router::build(config::Snapshot config, const SourceFactory& factory,
                                                   const Table* old) {
  auto table = std::make_shared<Table>(std::move(config));
  if (const auto& sync = table->config->extensions.sync) {
    for (const auto& rule : sync->registries) {
      auto& sources = table->sources.emplace_back();
      for (const auto& url : rule.urls) {
        auto key = sourceKey(*table->config, rule, url);
        auto& source = table->byKey[key];
        if (!source && old) {
          if (auto kept = old->byKey.find(key); kept != old->byKey.end()) source = kept->second;
        }
        if (!source) source = factory(*table->config, rule, url, nullptr);
        sources.push_back(source);
      }
    }
  }
  for (const auto& [host, overrides] : table->config->larder.upstreams) {
    table->pushable.emplace(upstream::canonicalHost(host), overrides.allowPush);
    if (overrides.immutableTags.empty()) continue;
    auto syntax = core::toRe2(overrides.immutableTags);
    if (!syntax) continue;
    auto pattern = std::make_shared<const RE2>(*syntax, RE2::Quiet);
    if (pattern->ok()) table->immutableTags.emplace(upstream::canonicalHost(host), std::move(pattern));
  }
  return table;
}

void Router::reconfigure(config::Snapshot config) {
  auto next = build(std::move(config), factory_, table().get());
  std::lock_guard lock(mutex_);
  table_ = std::move(next);
}

std::shared_ptr<const Router::Table> Router::table() const {
  std::lock_guard lock(mutex_);
  return table_;
}

config::Snapshot Router::config() const {
  return table()->config;
}

std::string Route::key() const {
  auto key = repository + (mirroredOnly ? "\nmirrored" : "\n");
  for (const auto& target : targets) key += "\n" + target.key();
  return key;
}

std::string Route::hosts() const {
  std::string hosts;
  for (const auto& target : targets) hosts += target.origin.host + "\n";
  return hosts;
}

core::Error Route::absence(core::Error unknown) const {
  if (fetchRefusal) return *fetchRefusal;
  if (exists) return unknown;
  return {ErrorCode::NameUnknown, "Repository not found, and no sync rule matches this name.", repository};
}

Task<Result<Route>> Router::resolve(std::string repository, Asker asker, std::string tag) const {
  auto route = co_await resolveUnblocked(std::move(repository), std::move(asker), std::move(tag));
  if (route && route->fetchRefusal) route->targets.clear();
  co_return route;
}

Task<Result<Route>> Router::resolveUnblocked(std::string repository, Asker asker, std::string tag) const {
  auto table = this->table();
  auto route = asker.ns.empty() ? co_await byName(table, std::move(repository))
                                : co_await byNamespace(table, std::move(repository), asker.ns);
  if (!route) co_return route;
  route->asker = std::move(asker);
  if (route->place.empty()) route->place = route->repository;
  judge(*table, *route, tag);
  co_return route;
}

// Where nothing is stored yet, each rule that may fill the repository would make another one of it.
void Router::judge(const Table& table, Route& route, std::string_view tag) {
  const auto& blocks = table.blocks;
  route.names = table.namesOf(route.repository, route.origin);
  route.pullRefusal = blocks.refusePull(route.names, tag);
  route.fetchRefusal = blocks.refuseFetch(route.names, tag);
  if (!route.origin.host.empty() || route.pullRefusal || route.fetchRefusal) return;
  std::optional<core::Error> pull, fetch;
  std::vector<RouteTarget> open;
  RepositoryNames openNames, allNames;  // of the origins
  for (const auto& target : route.targets) {
    auto names = table.namesOf(route.repository, target.origin);
    auto noPull = blocks.refusePull(names, tag), noFetch = blocks.refuseFetch(names, tag);
    allNames.insert(allNames.end(), names.begin() + 1, names.end());
    if (!noPull && !noFetch) {
      openNames.insert(openNames.end(), names.begin() + 1, names.end());
      open.push_back(target);
    }
    if (!pull) pull = std::move(noPull);
    if (!fetch) fetch = std::move(noFetch);
  }
  bool refused = open.empty();
  const auto& known = refused ? allNames : openNames;
  route.names.insert(route.names.end(), known.begin(), known.end());
  if (refused) {
    route.pullRefusal = std::move(pull);
    route.fetchRefusal = std::move(fetch);
  } else {
    route.targets = std::move(open);
  }
}

RepositoryNames Router::namesOf(const std::string& repository, const storage::Origin& origin) const {
  return table()->namesOf(repository, origin);
}

std::optional<core::Error> Router::refusePull(const RepositoryNames& names, std::string_view tag) const {
  return table()->blocks.refusePull(names, tag);
}

std::optional<core::Error> Router::refuseFetch(const RepositoryNames& names, std::string_view tag) const {
  return table()->blocks.refuseFetch(names, tag);
}

bool Router::allowsPush(const std::string& host, std::string_view repository) const {
  return table()->allowsPush(host, repository);
}

std::vector<std::string> Router::fillersAgainstPush(std::string_view repository) const {
  auto table = this->table();
  auto fillers = table->rules.fillersOf(repository);
  std::erase_if(fillers, [&](const std::string& host) { return table->allowsPush(host, repository); });
  return fillers;
}

std::vector<upstream::UpstreamStatus> Router::upstreams() const {
  std::vector<upstream::UpstreamStatus> all;
  auto table = this->table();
  for (const auto& [key, source] : table->byKey) all.push_back(source->status());
  return all;
}

void Router::learn(const config::SyncRegistry& tried, const std::string& url, const core::Error* outage,
                   std::chrono::milliseconds firstByte) const {
  auto table = this->table();
  if (!table->config->extensions.sync) return;
  const auto& rules = table->config->extensions.sync->registries;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].tlsVerify != tried.tlsVerify || rules[i].certDir != tried.certDir) continue;
    for (std::size_t k = 0; k < rules[i].urls.size(); ++k) {
      if (rules[i].urls[k] == url) table->sources[i][k]->learn(outage, firstByte);
    }
  }
}

std::vector<PolledRule> Router::polledRules() const {
  std::vector<PolledRule> polled;
  auto table = this->table();
  const auto& sync = table->config->extensions.sync;
  if (!sync || !sync->enable) return polled;
  for (std::size_t i = 0; i < sync->registries.size(); ++i) {
    const auto& rule = sync->registries[i];
    auto endpoint = upstream::parseEndpoint(rule.urls.front());
    if (!rule.pollInterval || rule.content.empty() || !endpoint) continue;
    RouteCandidate registry{i, {endpoint->host, ""}, std::vector<std::string>(rule.urls.size()), ""};
    auto repository = [table, i](std::string_view name) -> std::optional<PolledRepository> {
      auto found = table->rules.polled(i, name);
      if (!found) return std::nullopt;
      Route route;
      route.repository = found->candidate.local;
      route.origin = found->candidate.origin;
      route.names = table->namesOf(found->candidate.local, found->candidate.origin);
      route.mirroredOnly = true;
      route.targets.push_back(table->target(found->candidate));
      return PolledRepository{std::make_shared<const Route>(std::move(route)), found->content};
    };
    polled.push_back({i, table->config, table->target(registry), std::move(repository)});
  }
  return polled;
}

Task<Result<Route>> Router::byName(std::shared_ptr<const Table> table, std::string repository) const {
  auto record = co_await meta_->repository(repository);
  if (!record) co_return core::fail(record.error());
  Route route;
  route.repository = std::move(repository);
  if (*record) {
    route.exists = true;
    route.origin = (*record)->origin;
    if (storage::isPushed(route.origin, (*record)->contentBytes)) co_return route;
  }
  auto candidates = route.origin.host.empty() ? table->rules.byLocalName(route.repository)
                                              : table->rules.byHost(route.origin.host, route.origin.name);
  for (const auto& candidate : candidates) route.targets.push_back(table->target(candidate));
  co_return route;
}

Task<Result<Route>> Router::byNamespace(std::shared_ptr<const Table> table, std::string name, std::string ns) const {
  auto candidates = table->rules.byHost(ns, name);
  if (candidates.empty()) {
    co_return core::fail(
        ErrorCode::NameUnknown,
        "No sync rule mirrors this name from that registry. Add one with its URL, or pull it directly.", ns);
  }
  Route route;
  route.mirroredOnly = true;
  route.origin = candidates.front().origin;
  route.place = candidates.front().local;
  for (const auto& candidate : table->rules.byHost(route.origin.host, route.origin.name)) {
    route.targets.push_back(table->target(candidate));
  }
  auto known = co_await meta_->repositoryByOrigin(route.origin);
  if (!known) co_return core::fail(known.error());
  if (*known) {
    route.repository = (*known)->name;
    route.exists = true;
    co_return route;
  }
  // A new one: where the rule says, unless another registry's repository is there, or what somebody pushed.
  std::string pushed;
  std::vector<std::string> places{candidates.front().local, hostedName(route.origin.host, route.origin.name)};
  for (auto& place : places) {
    if (!core::isRepositoryName(place)) continue;
    auto there = co_await meta_->repository(place);
    if (!there) co_return core::fail(there.error());
    if (*there && !(*there)->origin.host.empty()) continue;
    if (*there && storage::isPushed((*there)->origin, (*there)->contentBytes)) {
      pushed = std::move(place);
      continue;
    }
    route.exists = there->has_value();
    route.repository = std::move(place);
    co_return route;
  }
  if (!pushed.empty()) {
    route.exists = true;
    route.repository = std::move(pushed);
    co_return route;
  }
  co_return core::fail(
      ErrorCode::NameUnknown,
      "The local repository for this name mirrors another registry. Give the sync rule its own destination.",
      candidates.front().local);
}

}  // namespace larder::registry
