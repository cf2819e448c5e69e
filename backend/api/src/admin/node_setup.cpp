// Files that make a node pull through this daemon.
#include <algorithm>
#include <utility>
#include <vector>

#include "admin/handlers.hpp"
#include "admin/node_files.hpp"
#include "larder/config/hosts.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kMostRegistries = 100;
// A name that no upstream is asked for: it only goes through the router.
constexpr const char* kProbe = "larder/setup";

std::string addressOf(const Call& call) {
  auto address = call.head().queryParameter("address").value_or("");
  while (address.ends_with('/')) address.pop_back();
  return address.empty() ? ownAddress(call) : address;
}

// Those of the query, else of the rules, else the one that everybody begins with; each once.
std::vector<std::string> registriesOf(const Call& call) {
  std::vector<std::string> hosts;
  auto add = [&hosts](std::string_view name) {
    auto host = config::canonicalHost(name);
    if (!host.empty() && std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(std::move(host));
  };
  for (const auto& name : call.head().queryParameters("registry")) add(name);
  if (!hosts.empty()) return hosts;
  if (const auto& sync = call.config().extensions.sync) {
    for (const auto& rule : sync->registries) add(rule.urls.front());
  }
  if (hosts.empty()) hosts.emplace_back("docker.io");
  return hosts;
}

// With what clients that do not say which registry they want put before a name of `host`, as the router has it:
// "docker.io", "" for nothing; nothing at all if there is no such way. Where no rule is for the host, as the presets
// have it.
runtime::Task<NodeRegistry> registryOf(registry::Registry* registry, std::string host) {
  auto byHost = co_await registry->sync().explainRoute(kProbe, host, "");
  if (!byHost) co_return NodeRegistry{host, host, false};
  auto local = byHost->repository;
  std::string suffix = std::string("/") + kProbe;
  std::vector<std::string> candidates;
  if (local.ends_with(suffix)) candidates.push_back(local.substr(0, local.size() - suffix.size()));
  candidates.emplace_back();
  for (auto& prefix : candidates) {
    auto name = prefix.empty() ? std::string(kProbe) : prefix + suffix;
    auto explained = co_await registry->sync().explainRoute(name, "", "");
    if (!explained || explained->steps.empty()) continue;
    const auto& first = explained->steps.front();
    if (first.upstreamHost == host && first.upstreamName == kProbe) {
      co_return NodeRegistry{std::move(host), std::move(prefix), true};
    }
  }
  co_return NodeRegistry{std::move(host), std::nullopt, true};
}

// Whether anybody has to log in to pull something of these registries.
bool needsLogin(const Call& call, const std::vector<NodeRegistry>& registries) {
  if (call.state->open) return false;
  auto anonymous = anonymousCaller(*call.state).identity;
  return std::ranges::any_of(registries, [&](const NodeRegistry& registry) {
    auto prefix = registry.prefix.value_or(registry.host);
    return !allows(*call.state, *anonymous, prefix.empty() ? kProbe : prefix + "/" + kProbe, auth::Action::Read);
  });
}

// Who pulled last: for admins, and for everybody else if it was they.
std::optional<apitypes::NodePull> lastPull(const Call& call) {
  auto last = call.services->lastPull.get();
  if (!last) return std::nullopt;
  bool own = !last->user.empty() && last->user == call.caller.identity->name;
  if (!call.caller.admin && !own) return std::nullopt;
  return apitypes::NodePull{last->at, last->user, last->client, unlessEmpty(last->agent), last->repository};
}

}  // namespace

Answer getNodeSetup(Call call) {
  auto client = apitypes::parseWord<apitypes::NodeClient>(call.head().queryParameter("client").value_or(""));
  NodeInput input;
  input.address = addressOf(call);
  input.login = call.head().queryParameter("login").value_or("");
  if (input.login.empty()) input.login = "node";
  if (!isNodeLogin(input.login)) {
    co_return invalidInput(
        {{"?login", "This user name contains characters that cannot be used in a shell command.", "node"}});
  }
  auto hosts = registriesOf(call);
  if (!isNodeAddress(input.address)) {
    co_return invalidInput({{"?address", "This is not a valid registry address.", "http://cache:5000"}});
  }
  if (hosts.size() > kMostRegistries) co_return problemResponse(400, "At most 100 registries are allowed.");
  for (const auto& host : hosts) {
    if (!isNodeAddress("https://" + host)) {
      co_return invalidInput({{"?registry", "This is not a valid registry host.", "docker.io"}});
    }
    input.registries.push_back(co_await registryOf(&call.services->parts.registry, host));
  }
  if (!client) {
    co_return invalidInput({{"?client", "Unknown client.", "containerd, kubernetes, crio, podman or docker"}});
  }
  input.needsLogin = needsLogin(call, input.registries);
  auto setup = nodeSetup(*client, input);
  setup.lastPull = lastPull(call);
  co_return jsonResponse(200, setup);
}

Answer checkNodeSetup(Call call) {
  auto since = queryTime(call, "since");
  if (!since) co_return failed(call, since.error());
  apitypes::NodeCheck check{lastPull(call)};
  if (*since && check.lastPull && check.lastPull->at < **since) check.lastPull.reset();
  co_return jsonResponse(200, check);
}

}  // namespace larder::api::admin
