#include "methods/htpasswd/basic_credentials.hpp"

#include "methods/htpasswd/password_hash.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void basic(std::string_view input) {
  if (auto credentials = auth::parseBasic(input)) {
    require(!credentials->user.empty(), "a user has a name");
    require(credentials->user.find(':') == std::string::npos, "which ends at the colon");
    require(credentials->user.size() + credentials->password.size() < input.size(), "both come from the field");
  }
  (void)auth::parsePasswordHash(input);
}

}  // namespace larder::fuzz
