#include "larder/apitypes/node_setup.hpp"

#include "members.hpp"
#include "words.hpp"

namespace larder::apitypes {

LARDER_JSON(NodeFile, path, content)
LARDER_JSON(NodeSetup, client, address, files, commands, notes)

}  // namespace larder::apitypes
