// The htpasswd file: `user:hash` lines, blank lines and lines that begin with `#`.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "larder/core/result.hpp"
#include "password_hash.hpp"

namespace larder::auth {

inline constexpr std::size_t kMaxHtpasswdBytes = std::size_t{1} << 20;

struct HtpasswdEntry {
  std::string user;
  PasswordHash hash;
};

// `path` is for messages. Takes LF and CRLF, and a byte order mark. InvalidArgument, with `path:line` as its place, for
// the first line that is no entry, has a hash that is not accepted, or names a user for the second time: half a file
// would lock out users without a word. Messages never quote a line, which may hold a password.
core::Result<std::vector<HtpasswdEntry>> parseHtpasswd(std::string_view text, const std::filesystem::path& path);

// Io if it cannot be read, TooLarge above 1 MiB, and what parseHtpasswd() finds. Blocks.
core::Result<std::vector<HtpasswdEntry>> readHtpasswd(const std::filesystem::path& path);

}  // namespace larder::auth
