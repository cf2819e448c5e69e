#include "larder/apitypes/node_setup.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(NodeClient, "containerd", "kubernetes", "crio", "podman", "docker")
LARDER_JSON(NodeFile, path, content)
LARDER_JSON(NodeStep, title, why, files, commands)
LARDER_JSON(NodeCredentials, needed, without)
LARDER_JSON(NodePull, at, user, client, agent, repository)
LARDER_JSON(NodeCheck, lastPull)
LARDER_JSON(NodeSetup, client, address, files, commands, notes, steps, credentials, lastPull)

}  // namespace larder::apitypes
