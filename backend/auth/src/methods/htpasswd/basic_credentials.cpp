#include "basic_credentials.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <utility>

#include "larder/auth/auth.hpp"

namespace larder::auth {
namespace {

constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}();

std::optional<std::string> decodeBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string decoded;
  decoded.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (char c : text.substr(0, text.size() - padding)) {
    std::uint8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit == kNoDigit) return std::nullopt;
    bits = bits << 6 | digit;
    count += 6;
    if (count >= 8) {
      count -= 8;
      decoded += static_cast<char>(bits >> count & 0xFFU);
    }
  }
  // Bits beyond the last byte must be zero, else one pair would have several spellings.
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return decoded;
}

bool isBasic(std::string_view scheme) {
  constexpr std::string_view kBasic = "basic";
  return std::equal(scheme.begin(), scheme.end(), kBasic.begin(), kBasic.end(),
                    [](unsigned char a, char b) { return std::tolower(a) == b; });
}

}  // namespace

std::optional<BasicCredentials> parseBasic(std::string_view authorization) {
  std::size_t space = authorization.find(' ');
  if (space == std::string_view::npos || !isBasic(authorization.substr(0, space))) return std::nullopt;
  std::string_view encoded = authorization.substr(space);
  encoded.remove_prefix(std::min(encoded.find_first_not_of(' '), encoded.size()));
  auto pair = decodeBase64(encoded);
  if (!pair) return std::nullopt;
  std::size_t colon = pair->find(':');
  if (colon == 0 || colon == std::string::npos) return std::nullopt;
  return BasicCredentials{pair->substr(0, colon), pair->substr(colon + 1)};
}

std::string claimedName(std::string_view authorization) {
  auto credentials = parseBasic(authorization);
  return credentials ? std::move(credentials->user) : std::string();
}

}  // namespace larder::auth
