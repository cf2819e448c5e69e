// Directories whose files hold secrets: for the daemon's user alone, whatever the umask. All functions block. They do
// what they can: what fails, of a file that belongs to somebody else, is found by who uses the file next.
#pragma once

#include <filesystem>

namespace larder::config {

// Makes the directory, with those above it, if it is missing, and takes away everyone else's rights to it.
void makePrivate(const std::filesystem::path& directory);

// Takes away everyone else's rights to the directory and to all that is below it; one that is missing stays so.
void keepPrivate(const std::filesystem::path& directory);

}  // namespace larder::config
