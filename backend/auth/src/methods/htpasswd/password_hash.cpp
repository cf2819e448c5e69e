#include "password_hash.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

namespace larder::auth {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::size_t kBcryptMaxPassword = 72;
constexpr std::size_t kBcryptLength = 60;  // "$2y$10$", 22 characters of salt, 31 of hash
constexpr unsigned kBcryptMinCost = 4;
constexpr unsigned kBcryptMaxCost = 17;  // what `htpasswd -C` allows; some ten seconds
constexpr unsigned kShaMinRounds = 1000;
constexpr unsigned kShaMaxRounds = 2'000'000;
constexpr unsigned kShaDefaultRounds = 5000;
constexpr std::size_t kShaMaxSalt = 16;
constexpr std::size_t kSha256Length = 43;
constexpr std::size_t kSha512Length = 86;

bool isCryptText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '/';
  });
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::unexpected<core::Error> cutOff(const char* name) {
  return fail(ErrorCode::InvalidArgument, std::string("looks like a ") + name + " hash but is truncated or corrupted");
}

tl::unexpected<core::Error> costly(const char* what, unsigned low, unsigned high) {
  return fail(ErrorCode::InvalidArgument,
              std::string("has a ") + what + " outside " + std::to_string(low) + " to " + std::to_string(high));
}

Result<PasswordHash> parseBcrypt(std::string_view text) {
  if (text.size() != kBcryptLength || text[6] != '$' || !isCryptText(text.substr(7))) return cutOff("bcrypt");
  auto cost = number(text.substr(4, 2));
  if (!cost) return cutOff("bcrypt");
  if (*cost < kBcryptMinCost || *cost > kBcryptMaxCost) return costly("bcrypt cost", kBcryptMinCost, kBcryptMaxCost);
  return PasswordHash{std::string(text), HashKind::Bcrypt, *cost};
}

// `$5$[rounds=N$]salt$hash`
Result<PasswordHash> parseSha(std::string_view text, HashKind kind) {
  std::string_view rest = text.substr(3);
  unsigned rounds = kShaDefaultRounds;
  constexpr std::string_view kRounds = "rounds=";
  if (rest.starts_with(kRounds)) {
    std::size_t end = std::min(rest.find('$'), rest.size());
    auto given = number(rest.substr(kRounds.size(), end - kRounds.size()));
    if (!given || *given < kShaMinRounds || *given > kShaMaxRounds) {
      return costly("number of SHA-crypt rounds", kShaMinRounds, kShaMaxRounds);
    }
    rounds = *given;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::size_t saltEnd = rest.find('$');
  std::size_t length = kind == HashKind::Sha256 ? kSha256Length : kSha512Length;
  // Without an end the salt is too long, too: npos is the largest number.
  if (saltEnd > kShaMaxSalt || !isCryptText(rest.substr(saltEnd + 1)) || rest.size() - saltEnd - 1 != length) {
    return cutOff("SHA-crypt");
  }
  return PasswordHash{std::string(text), kind, rounds};
}

const char* describeUnknown(std::string_view text) {
  if (text.empty()) return "is missing";
  if (text.starts_with("$apr1$")) return "is an Apache MD5 hash ($apr1$)";
  if (text.starts_with("{SHA}")) return "is an unsalted SHA-1 hash ({SHA})";
  if (text.starts_with("{SSHA}")) return "is a SHA-1 hash ({SSHA})";
  if (text.starts_with("$1$")) return "is an MD5 hash ($1$)";
  if (text.starts_with("$y$")) return "is a yescrypt hash ($y$)";
  return "is plain text or an unknown hash type";
}

}  // namespace

Result<PasswordHash> parsePasswordHash(std::string_view text) {
  if (text.starts_with("$2a$") || text.starts_with("$2b$") || text.starts_with("$2y$")) return parseBcrypt(text);
  if (text.starts_with("$5$")) return parseSha(text, HashKind::Sha256);
  if (text.starts_with("$6$")) return parseSha(text, HashKind::Sha512);
  return fail(ErrorCode::InvalidArgument, describeUnknown(text));
}

bool verifies(const PasswordHash& hash, const std::string& password) {
  if (hash.kind == HashKind::Bcrypt && password.size() > kBcryptMaxPassword) return false;
  if (password.size() >= CRYPT_MAX_PASSPHRASE_SIZE || password.find('\0') != std::string::npos) return false;
  auto data = std::make_unique<crypt_data>();  // 32 KiB, too much for a coroutine's or a small thread's stack
  const char* computed = crypt_r(password.c_str(), hash.text.c_str(), data.get());
  bool equal = computed != nullptr && std::strlen(computed) == hash.text.size() &&
               CRYPTO_memcmp(computed, hash.text.data(), hash.text.size()) == 0;
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return equal;
}

std::string makeBcrypt(const std::string& password, unsigned cost) {
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  // Without bytes of ours it takes the kernel's.
  if (!crypt_gensalt_rn("$2y$", cost, nullptr, 0, setting.data(), static_cast<int>(setting.size()))) {
    throw std::runtime_error("crypt(3) failed to generate a bcrypt salt");
  }
  auto data = std::make_unique<crypt_data>();
  const char* hash = crypt_r(password.c_str(), setting.data(), data.get());
  std::string text = hash != nullptr ? hash : "";
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  if (!parsePasswordHash(text)) throw std::runtime_error("crypt(3) failed to compute a bcrypt hash");
  return text;
}

}  // namespace larder::auth
