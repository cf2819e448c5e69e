#include "admin/node_files.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace larder::api::admin {

using apitypes::NodeClient;
using apitypes::NodeSetup;

namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

// "cache:5000" of "http://cache:5000".
std::string locationOf(const std::string& address) {
  return address.substr(address.find("://") + 3);
}

bool isPlainHttp(const std::string& address) {
  return address.starts_with(kHttp);
}

// Where containerd goes when the mirror is away.
std::string serverOf(const std::string& host) {
  return std::string(kHttps) + (host == "docker.io" ? "registry-1.docker.io" : host);
}

void containerd(const NodeInput& input, NodeSetup& setup) {
  for (const auto& registry : input.registries) {
    setup.files.push_back({"/etc/containerd/certs.d/" + registry.host + "/hosts.toml",
                           "server = \"" + serverOf(registry.host) + "\"\n\n[host.\"" + input.address +
                               "\"]\n  capabilities = [\"pull\", \"resolve\"]\n"});
  }
  setup.notes.push_back(
      "The registry section of /etc/containerd/config.toml needs config_path = \"/etc/containerd/certs.d\"; restart "
      "containerd once if it had none. The files themselves are read at each pull.");
  setup.notes.push_back(
      "One file at /etc/containerd/certs.d/_default/hosts.toml, without the line of the server, serves every registry: "
      "containerd says which one it wants.");
  if (!isPlainHttp(input.address)) {
    setup.notes.push_back("If the certificate is of a CA of your own, add ca = \"/path/to/ca.crt\" below the host.");
  }
}

void registriesConf(const NodeInput& input, NodeSetup& setup) {
  std::string content;
  for (const auto& registry : input.registries) {
    if (!registry.prefix) {
      setup.notes.push_back("Names of " + registry.host +
                            " cannot be told apart here without its host: give its sync "
                            "rule a destination of its own.");
      continue;
    }
    auto location = locationOf(input.address) + (registry.prefix->empty() ? "" : "/" + *registry.prefix);
    if (!content.empty()) content += "\n";
    content +=
        "[[registry]]\nlocation = \"" + registry.host + "\"\n\n[[registry.mirror]]\nlocation = \"" + location + "\"\n";
    if (isPlainHttp(input.address)) content += "insecure = true\n";
  }
  if (!content.empty()) setup.files.push_back({"/etc/containers/registries.conf.d/larder.conf", std::move(content)});
}

void docker(const NodeInput& input, NodeSetup& setup) {
  nlohmann::ordered_json daemon{{"registry-mirrors", {input.address}}};
  setup.files.push_back({"/etc/docker/daemon.json", daemon.dump(2) + "\n"});
  setup.commands.emplace_back("systemctl reload docker");
  setup.notes.emplace_back("Docker mirrors docker.io alone. If the file is there already, add the key to it.");
  auto hub = std::ranges::find(input.registries, "docker.io", &NodeRegistry::host);
  bool isBare = hub != input.registries.end() && hub->prefix && hub->prefix->empty();
  if (!isBare) {
    setup.notes.emplace_back(
        "Docker does not say which registry it wants: this daemon needs a sync rule for docker.io without "
        "destination.");
  }
}

}  // namespace

bool isNodeAddress(std::string_view address) {
  auto scheme = address.starts_with(kHttp) ? kHttp : kHttps;
  if (!address.starts_with(scheme) || address.size() > 512) return false;
  address.remove_prefix(scheme.size());
  return !address.empty() && address.front() != '/' && std::ranges::all_of(address, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:[]/").find(c) != std::string_view::npos;
  });
}

NodeSetup nodeSetup(NodeClient client, const NodeInput& input) {
  NodeSetup setup;
  setup.client = client;
  setup.address = input.address;
  switch (client) {
    case NodeClient::Containerd:
      containerd(input, setup);
      break;
    case NodeClient::Crio:
      setup.commands.emplace_back("systemctl reload crio");
      [[fallthrough]];
    case NodeClient::Podman:
      registriesConf(input, setup);
      break;
    case NodeClient::Docker:
      docker(input, setup);
      break;
    case NodeClient::Unknown:
      break;
  }
  return setup;
}

}  // namespace larder::api::admin
