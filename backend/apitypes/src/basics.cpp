#include "larder/apitypes/basics.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_JSON(InputError, path, message, hint)
LARDER_JSON(Problem, type, title, status, detail, errors)

}  // namespace larder::apitypes
