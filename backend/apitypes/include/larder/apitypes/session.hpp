// Who the caller is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

// A user and their password, or the daemon's token where nobody can log in.
struct LogIn {
  std::optional<std::string> user;
  std::optional<std::string> password;
  std::optional<std::string> token;
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
