// Files that make a node pull through this daemon.
#include <algorithm>
#include <utility>
#include <vector>

#include "admin/handlers.hpp"
#include "admin/node_files.hpp"
#include "larder/config/hosts.hpp"

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

// Those of the query, else of the rules; each once.
std::vector<std::string> registriesOf(const Call& call) {
  std::vector<std::string> hosts;
  auto add = [&hosts](std::string_view name) {
    auto host = config::canonicalHost(name);
    if (!host.empty() && std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(std::move(host));
  };
  for (const auto& name : call.head().queryParameters("registry")) add(name);
  if (!hosts.empty() || !call.config().extensions.sync) return hosts;
  for (const auto& rule : call.config().extensions.sync->registries) add(rule.urls.front());
  return hosts;
}

// What clients that do not say which registry they want put before a name of `host`, as the router has it: "docker.io",
// "" for nothing. Nothing at all if there is no such way.
runtime::Task<std::optional<std::string>> prefixOf(registry::Registry* registry, std::string host) {
  auto byHost = co_await registry->sync().explainRoute(kProbe, host, "");
  std::string local = byHost ? byHost->repository : "";
  std::string suffix = std::string("/") + kProbe;
  std::vector<std::string> candidates;
  if (local.ends_with(suffix)) candidates.push_back(local.substr(0, local.size() - suffix.size()));
  candidates.emplace_back();
  for (auto& prefix : candidates) {
    auto name = prefix.empty() ? std::string(kProbe) : prefix + suffix;
    auto explained = co_await registry->sync().explainRoute(name, "", "");
    if (!explained || explained->steps.empty()) continue;
    const auto& first = explained->steps.front();
    if (first.upstreamHost == host && first.upstreamName == kProbe) co_return std::move(prefix);
  }
  co_return std::nullopt;
}

}  // namespace

Answer getNodeSetup(Call call) {
  auto client = apitypes::parseWord<apitypes::NodeClient>(call.head().queryParameter("client").value_or(""));
  NodeInput input{addressOf(call), {}};
  auto hosts = registriesOf(call);
  if (!isNodeAddress(input.address)) {
    co_return invalidInput({{"?address", "This is no address of a registry.", "http://cache:5000"}});
  }
  if (hosts.size() > kMostRegistries) co_return problemResponse(400, "These are more than 100 registries.");
  for (const auto& host : hosts) {
    if (!isNodeAddress("https://" + host)) {
      co_return invalidInput({{"?registry", "This is no host of a registry.", "docker.io"}});
    }
    auto prefix = co_await prefixOf(&call.services->parts.registry, host);
    input.registries.push_back({host, std::move(prefix)});
  }
  if (!client) {
    co_return invalidInput({{"?client", "This client is not known.", "containerd, podman, crio or docker"}});
  }
  co_return jsonResponse(200, nodeSetup(*client, input));
}

}  // namespace larder::api::admin
