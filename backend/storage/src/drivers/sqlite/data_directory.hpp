// The files of this driver in <root>/_larder, and who may use them.
#pragma once

#include <string>

#include "drivers/filesystem/posix.hpp"

namespace larder::storage::sqlite {

using core::Result;

std::string databasePath(const std::string& directory);

// Any number of daemons share a directory; a rebuild has it for itself. The lock ends with the descriptor, or with the
// process.
enum class Use : std::uint8_t { Shared, Alone };
// Conflict if that cannot be had now.
Result<filesystem::UniqueFd> lockDirectory(const std::string& directory, Use use);

}  // namespace larder::storage::sqlite
