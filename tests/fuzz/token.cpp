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

void key(std::string_view input) {
  const std::string privateKey(input);
  for (const auto* algorithm : {"RS256", "ES256", "EdDSA"}) {
    auto made = upstream::signJwt("{}", "{}", algorithm, privateKey);
    // Shorter than any key, it may be a word of the message by chance.
    if (!made && input.size() > 64) {
      require(made.error().message.find(privateKey) == std::string::npos, "no key is quoted");
    }
  }
}

}  // namespace larder::fuzz
