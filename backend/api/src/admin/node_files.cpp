#include "admin/node_files.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace larder::api::admin {

using apitypes::NodeClient;
using apitypes::NodeFile;
using apitypes::NodeSetup;
using apitypes::NodeStep;

namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
// Stands in files for the base64 of user:password, until a command has asked for the password.
constexpr std::string_view kToBeFilledIn = "BASE64";
constexpr std::size_t kMostLogin = 64;

// "cache:5000" of "http://cache:5000", with what is behind it.
std::string locationOf(const std::string& address) {
  return address.substr(address.find("://") + 3);
}

// "cache:5000".
std::string hostOf(const std::string& address) {
  auto location = locationOf(address);
  return location.substr(0, location.find('/'));
}

bool isPlainHttp(const std::string& address) {
  return address.starts_with(kHttp);
}

// Where containerd goes when the mirror is away.
std::string serverOf(const std::string& host) {
  return std::string(kHttps) + (host == "docker.io" ? "registry-1.docker.io" : host);
}

bool isPlain(std::string_view text, std::string_view besides) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           besides.find(c) != std::string_view::npos;
  });
}

// Asks for the password, so that it is in no file of history, and writes user:password into the files.
std::vector<std::string> fillIn(const NodeInput& input, const std::string& files) {
  return {"read -rsp 'Password of " + input.login + ": ' PASSWORD && echo",
          "sed -i \"s|" + std::string(kToBeFilledIn) + "|$(printf '%s' \"" + input.login +
              ":$PASSWORD\" | base64 -w0)|\" " + files + " && chmod 600 " + files,
          "unset PASSWORD"};
}

NodeStep hostsToml(const NodeInput& input) {
  NodeStep step{.title = "Pull through this cache", .why = {}, .files = {}, .commands = {}};
  for (const auto& registry : input.registries) {
    auto content = "server = \"" + serverOf(registry.host) + "\"\n\n[host.\"" + input.address +
                   "\"]\n  capabilities = [\"pull\", \"resolve\"]\n";
    if (input.needsLogin) {
      content += "  [host.\"" + input.address + "\".header]\n    Authorization = \"Basic " +
                 std::string(kToBeFilledIn) + "\"\n";
    }
    step.files.push_back({"/etc/containerd/certs.d/" + registry.host + "/hosts.toml", std::move(content)});
  }
  return step;
}

void containerd(const NodeInput& input, NodeSetup& setup) {
  setup.steps.push_back(hostsToml(input));
  if (input.needsLogin) {
    setup.steps.push_back(
        {.title = "Fill in the password",
         .why = "containerd sends this header with every request to this cache, and to no other host.",
         .files = {},
         .commands = fillIn(input, "/etc/containerd/certs.d/*/hosts.toml")});
  }
  setup.notes.push_back(
      "The registry section of /etc/containerd/config.toml needs config_path = \"/etc/containerd/certs.d\". Restart "
      "containerd if you had to add it; hosts.toml is read at each pull.");
  setup.notes.push_back(
      "A single file at /etc/containerd/certs.d/_default/hosts.toml, without the server line, covers every registry: "
      "containerd names the registry it wants in each request.");
  if (!isPlainHttp(input.address)) {
    setup.notes.push_back("If the certificate is signed by a private CA, add ca = \"/path/to/ca.crt\" under the host.");
  }
}

void kubernetes(const NodeInput& input, NodeSetup& setup) {
  containerd(input, setup);
  if (!input.needsLogin) return;
  setup.notes.push_back(
      "Run the first steps on every node. The kubelet sends an imagePullSecret only for the host in an image's name, "
      "so the secret is not used for pulls that are redirected to this cache; the header in hosts.toml is.");
  auto host = hostOf(input.address);
  setup.steps.push_back(
      {.title = "Pull secret for images with this cache's host name",
       .why = "For pods whose image names begin with " + host + "/. Run it once in each namespace.",
       .files = {},
       .commands = {"read -rsp 'Password of " + input.login + ": ' PASSWORD && echo",
                    "kubectl create secret docker-registry larder --docker-server=" + host +
                        " --docker-username=" + input.login + " --docker-password=\"$PASSWORD\"",
                    R"(kubectl patch serviceaccount default -p '{"imagePullSecrets": [{"name": "larder"}]}')",
                    "unset PASSWORD"}});
}

NodeStep registriesConf(const NodeInput& input, NodeSetup& setup) {
  std::string content;
  for (const auto& registry : input.registries) {
    if (!registry.prefix) {
      setup.notes.push_back("Images from " + registry.host +
                            " cannot be told apart by name. Give its sync rule its own destination.");
      continue;
    }
    auto location = locationOf(input.address) + (registry.prefix->empty() ? "" : "/" + *registry.prefix);
    if (!content.empty()) content += "\n";
    content +=
        "[[registry]]\nlocation = \"" + registry.host + "\"\n\n[[registry.mirror]]\nlocation = \"" + location + "\"\n";
    if (isPlainHttp(input.address)) content += "insecure = true\n";
  }
  NodeStep step{.title = "Pull through this cache", .why = {}, .files = {}, .commands = {}};
  if (!content.empty()) step.files.push_back({"/etc/containers/registries.conf.d/larder.conf", std::move(content)});
  return step;
}

void podman(const NodeInput& input, NodeSetup& setup) {
  setup.steps.push_back(registriesConf(input, setup));
  if (!input.needsLogin) return;
  setup.steps.push_back({.title = "Log in",
                         .why = "The login is stored in auth.json and sent to mirrors on this host.",
                         .files = {},
                         .commands = {"podman login --authfile ~/.config/containers/auth.json " +
                                      std::string(isPlainHttp(input.address) ? "--tls-verify=false " : "") +
                                      "--username " + input.login + " " + hostOf(input.address)}});
}

void crio(const NodeInput& input, NodeSetup& setup) {
  auto mirrors = registriesConf(input, setup);
  if (!input.needsLogin) {
    mirrors.commands.emplace_back("systemctl reload crio");
    setup.steps.push_back(std::move(mirrors));
    return;
  }
  setup.steps.push_back(std::move(mirrors));
  nlohmann::ordered_json auth{{"auths", {{hostOf(input.address), {{"auth", std::string(kToBeFilledIn)}}}}}};
  NodeStep login{.title = "Log in",
                 .why = "CRI-O sends the credentials that this file has for the mirror's host.",
                 .files = {{"/etc/crio/larder-auth.json", auth.dump(2) + "\n"},
                           {"/etc/crio/crio.conf.d/90-larder.conf",
                            "[crio.image]\nglobal_auth_file = \"/etc/crio/larder-auth.json\"\n"}},
                 .commands = fillIn(input, "/etc/crio/larder-auth.json")};
  login.commands.emplace_back("systemctl restart crio");
  setup.steps.push_back(std::move(login));
}

void docker(const NodeInput& input, NodeSetup& setup) {
  nlohmann::ordered_json daemon{{"registry-mirrors", {input.address}}};
  setup.steps.push_back({.title = "Pull docker.io images through this cache",
                         .why = {},
                         .files = {{"/etc/docker/daemon.json", daemon.dump(2) + "\n"}},
                         .commands = {"systemctl reload docker"}});
  setup.notes.emplace_back("Docker only mirrors docker.io. If the file already exists, add the key to it.");
  auto hub = std::ranges::find(input.registries, "docker.io", &NodeRegistry::host);
  bool isBare = hub != input.registries.end() && hub->prefix && hub->prefix->empty();
  if (!isBare) {
    setup.notes.emplace_back(
        "Docker does not name the registry in its requests, so this cache needs a sync rule for docker.io without a "
        "destination.");
  }
  if (!input.needsLogin) return;
  setup.notes.emplace_back(
      "Docker sends no credentials to a mirror. Allow anonymous pulls (anonymousPolicy: read) for the mirrored "
      "repositories, or use image names that begin with this cache's host.");
  setup.steps.push_back({.title = "Log in, for images with this cache's host name",
                         .why = "This login is not used for the docker.io mirror.",
                         .files = {},
                         .commands = {"docker login --username " + input.login + " " + hostOf(input.address)}});
}

std::string withoutCredentials(NodeClient client) {
  switch (client) {
    case NodeClient::Docker:
      return "This cache returns 401, and Docker pulls from Docker Hub directly.";
    case NodeClient::Podman:
    case NodeClient::Crio:
      return "This cache returns 401, and the image is pulled from its registry directly.";
    default:
      return "This cache returns 401, and containerd pulls from the registry directly.";
  }
}

}  // namespace

bool isNodeAddress(std::string_view address) {
  auto scheme = address.starts_with(kHttp) ? kHttp : kHttps;
  if (!address.starts_with(scheme) || address.size() > 512) return false;
  address.remove_prefix(scheme.size());
  return !address.empty() && address.front() != '/' && isPlain(address, ".-_:[]/");
}

bool isNodeLogin(std::string_view login) {
  return !login.empty() && login.size() <= kMostLogin && login.front() != '-' && isPlain(login, "._@-");
}

NodeSetup nodeSetup(NodeClient client, const NodeInput& input) {
  NodeSetup setup;
  setup.client = client;
  setup.address = input.address;
  setup.credentials.needed = input.needsLogin;
  if (input.needsLogin) setup.credentials.without = withoutCredentials(client);
  for (const auto& registry : input.registries) {
    if (registry.served) continue;
    setup.notes.push_back("No sync rule mirrors " + registry.host +
                          " yet. Until one does, nodes pull from the registry directly.");
  }
  switch (client) {
    case NodeClient::Containerd:
      containerd(input, setup);
      break;
    case NodeClient::Kubernetes:
      kubernetes(input, setup);
      break;
    case NodeClient::Crio:
      crio(input, setup);
      break;
    case NodeClient::Podman:
      podman(input, setup);
      break;
    case NodeClient::Docker:
      docker(input, setup);
      break;
    case NodeClient::Unknown:
      break;
  }
  for (const auto& step : setup.steps) {
    setup.files.insert(setup.files.end(), step.files.begin(), step.files.end());
    setup.commands.insert(setup.commands.end(), step.commands.begin(), step.commands.end());
  }
  return setup;
}

std::vector<apitypes::PullCommand> pullCommands(const std::string& address, const std::string& image) {
  if (!isNodeAddress(address)) return {};
  bool tls = !isPlainHttp(address);
  auto name = locationOf(address) + "/" + image;
  return {{"docker", "docker pull " + name},
          {"podman", "podman pull " + std::string(tls ? "" : "--tls-verify=false ") + name},
          {"crictl", "crictl pull " + name}};
}

}  // namespace larder::api::admin
