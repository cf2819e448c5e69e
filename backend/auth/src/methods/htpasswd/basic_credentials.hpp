// The Authorization header's Basic scheme (RFC 7617).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larder::auth {

struct BasicCredentials {
  std::string user;  // not empty
  std::string password;
};

// Nothing for another scheme, what is no base64 (RFC 4648, section 4, padded), what has no colon or no user name.
std::optional<BasicCredentials> parseBasic(std::string_view authorization);

}  // namespace larder::auth
