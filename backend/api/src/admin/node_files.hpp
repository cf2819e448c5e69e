// The texts of the files and commands that point a client at a mirror, with the credentials that it needs: containerd's
// hosts.toml, registries.conf of Podman and CRI-O, Docker's daemon.json, pull secrets of Kubernetes. Pure: no I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/apitypes/node_setup.hpp"
#include "larder/apitypes/repositories.hpp"

namespace larder::api::admin {

struct NodeRegistry {
  std::string host;                   // "docker.io"
  std::optional<std::string> prefix;  // its names begin with this here, "" for nothing; nothing: they are not served
  bool served = true;                 // a sync rule is for it
};
struct NodeInput {
  std::string address;  // of this daemon: "http://cache:5000"
  std::vector<NodeRegistry> registries;
  bool needsLogin = false;  // pulls without a log-in are refused
  std::string login = {};   // the user that nodes pull as
};

// Whether it is http[s]://host[:port][/path] of plain characters, which need no quoting in any of the files.
bool isNodeAddress(std::string_view address);
// Whether a user's name needs no quoting either.
bool isNodeLogin(std::string_view login);

apitypes::NodeSetup nodeSetup(apitypes::NodeClient client, const NodeInput& input);

// The commands that pull an image from here. None if the address that the caller came by is none to write into a shell.
std::vector<apitypes::PullCommand> pullCommands(const std::string& address, const std::string& image);

}  // namespace larder::api::admin
