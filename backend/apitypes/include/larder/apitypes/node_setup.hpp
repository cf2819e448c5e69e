// Files that make a node pull through a daemon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

enum class NodeClient : std::uint8_t { Unknown, Containerd, Kubernetes, Crio, Podman, Docker };

struct NodeFile {
  std::string path;
  std::string content;
};
struct NodeStep {
  std::string title;
  std::optional<std::string> why;
  std::vector<NodeFile> files;
  std::vector<std::string> commands;  // after the files
};
struct NodeCredentials {
  bool needed = false;
  std::optional<std::string> without;  // what fails without
};
struct NodePull {
  Time at{};
  std::string user;    // "" for the anonymous
  std::string client;  // its address
  std::optional<std::string> agent;
  std::string repository;
};
struct NodeCheck {
  std::optional<NodePull> lastPull;
};
struct NodeSetup {
  NodeClient client = NodeClient::Unknown;
  std::string address;
  std::vector<NodeFile> files;
  std::vector<std::string> commands;
  std::vector<std::string> notes;
  std::vector<NodeStep> steps;  // `files` and `commands` are those of all steps
  NodeCredentials credentials;
  std::optional<NodePull> lastPull;
};

LARDER_DECLARE_WORDS(NodeClient);
LARDER_DECLARE_JSON(NodeFile);
LARDER_DECLARE_JSON(NodeStep);
LARDER_DECLARE_JSON(NodeCredentials);
LARDER_DECLARE_JSON(NodePull);
LARDER_DECLARE_JSON(NodeCheck);
LARDER_DECLARE_JSON(NodeSetup);

}  // namespace larder::apitypes
