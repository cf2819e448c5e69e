// The texts of the files that point a client at a mirror: containerd's hosts.toml, registries.conf of Podman and CRI-O,
// Docker's daemon.json. Pure: no I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::api::admin {

struct NodeRegistry {
  std::string host;                   // "docker.io"
  std::optional<std::string> prefix;  // its names begin with this here, "" for nothing; nothing: they are not served
};
struct NodeInput {
  std::string address;  // of this daemon: "http://cache:5000"
  std::vector<NodeRegistry> registries;
};

struct NodeFile {
  std::string path, content;
};
struct NodeSetup {
  std::vector<NodeFile> files;
  std::vector<std::string> commands, notes;
};

// Whether it is http[s]://host[:port][/path] of plain characters, which need no quoting in any of the files.
bool isNodeAddress(std::string_view address);

// `client`: containerd, podman, crio or docker; nothing for any other.
std::optional<NodeSetup> nodeSetup(std::string_view client, const NodeInput& input);

}  // namespace larder::api::admin
