#include "larder/apitypes/session.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_JSON(LogIn, user, password, token)
LARDER_JSON(Session, user, groups, admin, mayRead, mayChange, loginPossible, csrfToken)

}  // namespace larder::apitypes
