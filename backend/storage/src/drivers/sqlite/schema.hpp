// Connections with the settings that this driver needs, and the schema in its current version.
#pragma once

#include <string>

#include "drivers/sqlite/database.hpp"

namespace larder::storage::sqlite {

// For the one connection that writes: brings the schema up to date. Two processes may do so at once. Unsupported if a
// newer program has written the database.
Result<Database> openWriter(const std::string& path);
// Cannot write, so that nothing it does looks like a change by another process.
Result<Database> openReader(const std::string& path);

}  // namespace larder::storage::sqlite
