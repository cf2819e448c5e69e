// The password hashes that an htpasswd file may hold: bcrypt ($2a$, $2b$, $2y$) and SHA-crypt ($5$, $6$).
#pragma once

#include <string>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::auth {

enum class HashKind { Bcrypt, Sha256, Sha512 };

// A hash of the right form whose cost is bearable.
struct PasswordHash {
  std::string text;
  HashKind kind = HashKind::Bcrypt;
  unsigned cost = 0;  // bcrypt: the binary logarithm of the rounds; SHA-crypt: the rounds
};

// InvalidArgument, with a message that begins in the middle of a sentence ("is an Apache MD5 hash …"), for any other
// kind, a hash of the wrong length, or a cost that would keep a thread for many seconds at each log-in. The message
// never has the hash in it.
core::Result<PasswordHash> parsePasswordHash(std::string_view text);

// Whether `password` is the one. Takes 2 to 100 ms at usual costs: blocking pool only. Refused as wrong: above 72 bytes
// with bcrypt (which would ignore the rest), above 511 bytes, and any with a NUL byte (where crypt(3) would stop).
// The time that a refusal takes tells nothing of the hash but its kind.
bool verifies(const PasswordHash& hash, const std::string& password);

// A new bcrypt hash ($2y$, which Apache and Go read too) with a random salt. `cost`: 4 to 17. Takes as long as a
// verification: blocking pool only.
std::string makeBcrypt(const std::string& password, unsigned cost);

}  // namespace larder::auth
