// Signed JSON web tokens (RFC 7515 compact form, RFC 7518 algorithms).
#pragma once

#include <string>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::upstream {

// RFC 4648, section 5, without padding.
std::string base64Url(std::string_view data);

// `header` and `claims` are JSON; the header names the same `algorithm`: RS256, RS384, RS512, PS256, PS384, PS512,
// ES256, ES384, ES512 or EdDSA. `privateKey` is PEM. InvalidArgument for an unknown algorithm or a key that is none of
// its kind; the message never quotes the key.
core::Result<std::string> signJwt(std::string_view header, std::string_view claims, const std::string& algorithm,
                                  const std::string& privateKey);

}  // namespace larder::upstream
