// The texts of the files that point a client at a mirror: containerd's hosts.toml, registries.conf of Podman and CRI-O,
// Docker's daemon.json. Pure: no I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/apitypes/node_setup.hpp"

namespace larder::api::admin {

struct NodeRegistry {
  std::string host;                   // "docker.io"
  std::optional<std::string> prefix;  // its names begin with this here, "" for nothing; nothing: they are not served
};
struct NodeInput {
  std::string address;  // of this daemon: "http://cache:5000"
  std::vector<NodeRegistry> registries;
};

// Whether it is http[s]://host[:port][/path] of plain characters, which need no quoting in any of the files.
bool isNodeAddress(std::string_view address);

apitypes::NodeSetup nodeSetup(apitypes::NodeClient client, const NodeInput& input);

}  // namespace larder::api::admin
