#include "methods/htpasswd/htpasswd_file.hpp"

#include <set>

#include "targets.hpp"

namespace larder::fuzz {

void htpasswd(std::string_view input) {
  auto entries = auth::parseHtpasswd(input, "users");
  if (!entries) return;
  std::set<std::string> users;
  for (const auto& entry : *entries) {
    require(!entry.user.empty() && entry.user.find(':') == std::string::npos, "a user has a name");
    require(users.insert(entry.user).second, "and is there once");
  }
}

}  // namespace larder::fuzz
