#include "larder/apitypes/node_setup.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(NodeClient, "containerd", "podman", "crio", "docker")
LARDER_JSON(NodeFile, path, content)
LARDER_JSON(NodeSetup, client, address, files, commands, notes)

}  // namespace larder::apitypes
