#include <string>

#include "credentials/jwt.hpp"
#include "credentials/token_service.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void token(std::string_view input) {
  auto answer = upstream::readAccessToken(std::string(input), "user", "service");
  if (!answer) return;
  require(!answer->credentials.password.empty(), "there is a token");
  require(answer->life > std::chrono::seconds(0), "which lives a while");
}

// The first line is the algorithm, the rest the private key.
void key(std::string_view input) {
  auto end = std::min(input.find('\n'), input.size());
  auto signedToken = upstream::signJwt("{}", "{}", std::string(input.substr(0, end)),
                                       std::string(input.substr(std::min(end + 1, input.size()))));
  if (!signedToken) require(signedToken.error().message.find("PRIVATE KEY") == std::string::npos, "no key is quoted");
}

}  // namespace larder::fuzz
