// Files that make a node pull through a daemon.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

enum class NodeClient : std::uint8_t { Unknown, Containerd, Podman, Crio, Docker };

struct NodeFile {
  std::string path;
  std::string content;
};
struct NodeSetup {
  NodeClient client = NodeClient::Unknown;
  std::string address;
  std::vector<NodeFile> files;
  std::vector<std::string> commands;
  std::vector<std::string> notes;
};

LARDER_DECLARE_WORDS(NodeClient);
LARDER_DECLARE_JSON(NodeFile);
LARDER_DECLARE_JSON(NodeSetup);

}  // namespace larder::apitypes
