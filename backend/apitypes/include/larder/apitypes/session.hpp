// Who the caller is.
#pragma once

#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

struct LogIn {
  std::string user;
  std::string password;
};
struct Session {
  Nullable<std::string> user;  // none: nobody logged in
  std::vector<std::string> groups;
  bool admin = false;
  bool mayRead = false;
  bool mayChange = false;
  bool loginPossible = false;
  Nullable<std::string> csrfToken;  // of a browser's session
};

LARDER_DECLARE_JSON(LogIn);
LARDER_DECLARE_JSON(Session);

}  // namespace larder::apitypes
