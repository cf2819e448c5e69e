#include "route_rules.hpp"

#include <algorithm>
#include <utility>

#include "larder/core/reference.hpp"

namespace larder::registry {
namespace {

using upstream::Endpoint;

RouteCandidate candidateOf(std::size_t rule, const std::vector<Endpoint>& endpoints, const Endpoint& origin,
                           std::string_view name) {
  RouteCandidate candidate;
  candidate.rule = rule;
  for (const auto& endpoint : endpoints) candidate.names.push_back(upstream::nameAtUpstream(endpoint, name));
  candidate.origin = {origin.host, upstream::nameAtUpstream(origin, name)};
  return candidate;
}

// `name` as the rule's content knows it: relative to the URL's path. Nothing if the name lies outside of that path.
std::optional<std::string_view> underPath(const Endpoint& endpoint, std::string_view name) {
  const auto& path = endpoint.pathPrefix;
  if (path.empty()) return name;
  if (!name.starts_with(path) || name.size() <= path.size() + 1 || name[path.size()] != '/') return std::nullopt;
  return name.substr(path.size() + 1);
}

}  // namespace

RouteRules::RouteRules(const config::Config& config) {
  if (!config.extensions.sync || !config.extensions.sync->enable) return;
  const auto& registries = config.extensions.sync->registries;
  for (std::size_t i = 0; i < registries.size(); ++i) {
    bool polled = registries[i].pollInterval && !registries[i].content.empty();
    Rule rule{i, registries[i].onDemand, polled, {}, ContentMap(registries[i].content)};
    bool valid = true;
    for (const auto& url : registries[i].urls) {
      auto endpoint = upstream::parseEndpoint(url);
      if (endpoint) rule.endpoints.push_back(std::move(*endpoint));
      valid = valid && endpoint.has_value();
    }
    if (valid && !rule.endpoints.empty()) rules_.push_back(std::move(rule));
  }
}

std::vector<RouteCandidate> RouteRules::byLocalName(std::string_view local) const {
  std::vector<RouteCandidate> found;
  for (const auto& rule : rules_) {
    if (!rule.onDemand) continue;
    auto name = rule.content.upstreamName(local);
    if (!name || !core::isRepositoryName(*name)) continue;
    auto candidate = candidateOf(rule.index, rule.endpoints, rule.endpoints.front(), *name);
    candidate.local = local;
    found.push_back(std::move(candidate));
  }
  return found;
}

std::vector<std::string> RouteRules::fillersOf(std::string_view local) const {
  std::vector<std::string> hosts;
  auto add = [&hosts](const std::string& host) {
    if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
  };
  for (const auto& rule : rules_) {
    auto name = rule.onDemand || rule.polled ? rule.content.upstreamName(local) : std::nullopt;
    if (name && core::isRepositoryName(*name)) add(rule.endpoints.front().host);
    for (const auto& endpoint : rule.endpoints) {
      // Where a request that names the registry is kept (Router::byNamespace).
      auto hosted = hostedName(endpoint.host, "");
      if (!rule.onDemand || !local.starts_with(hosted)) continue;
      auto candidate = take(rule, endpoint, local.substr(hosted.size()));
      if (candidate && hostedName(candidate->origin.host, candidate->origin.name) == local) add(endpoint.host);
    }
  }
  return hosts;
}

std::vector<RouteCandidate> RouteRules::byHost(std::string_view host, std::string_view name) const {
  auto canonical = upstream::canonicalHost(host);
  std::vector<RouteCandidate> found;
  for (const auto& rule : rules_) {
    if (!rule.onDemand) continue;
    auto asked = std::ranges::find(rule.endpoints, canonical, &Endpoint::host);
    if (asked == rule.endpoints.end()) continue;
    if (auto candidate = take(rule, *asked, name)) found.push_back(std::move(*candidate));
  }
  return found;
}

std::optional<RouteRules::Match> RouteRules::match(const Rule& rule, const Endpoint& asked, std::string_view name) {
  auto full = asked.isDockerHub() && name.find('/') == std::string_view::npos ? "library/" + std::string(name)
                                                                              : std::string(name);
  auto relative = underPath(asked, full);
  if (!relative) return std::nullopt;
  // Content may name what the upstream calls it, what is left below the URL's path, or the short name.
  auto local = rule.content.localName(full);
  if (!local) local = rule.content.localName(*relative);
  if (!local) local = rule.content.localName(name);
  if (!local) return std::nullopt;
  return Match{std::string(*relative), std::move(*local)};
}

std::optional<RouteCandidate> RouteRules::take(const Rule& rule, const Endpoint& asked, std::string_view name) const {
  auto found = match(rule, asked, name);
  if (!found) return std::nullopt;
  auto candidate = candidateOf(rule.index, rule.endpoints, asked, found->relative);
  candidate.local =
      found->local.hasDestination ? found->local.name : hostedName(candidate.origin.host, candidate.origin.name);
  if (!core::isRepositoryName(candidate.local)) return std::nullopt;
  return candidate;
}

std::optional<RouteRules::Polled> RouteRules::polled(std::size_t index, std::string_view name) const {
  auto rule = std::ranges::find(rules_, index, &Rule::index);
  if (rule == rules_.end()) return std::nullopt;
  const auto& endpoint = rule->endpoints.front();
  auto found = match(*rule, endpoint, name);
  if (!found) found = match(*rule, endpoint, upstream::nameAtUpstream(endpoint, name));
  if (!found || !core::isRepositoryName(found->local.name)) return std::nullopt;
  Polled polled{candidateOf(index, rule->endpoints, endpoint, found->relative), found->local.entry};
  polled.candidate.local = std::move(found->local.name);
  return polled;
}

std::string hostedName(std::string_view host, std::string_view name) {
  std::string hosted(host);
  std::ranges::replace(hosted, ':', '-');
  std::erase_if(hosted, [](char c) { return c == '[' || c == ']'; });
  return hosted + "/" + std::string(name);
}

}  // namespace larder::registry
