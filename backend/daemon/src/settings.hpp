// Where the commands get their configuration from.
#pragma once

#include <filesystem>
#include <optional>

#include "larder/config/load.hpp"

namespace larder::daemon {

// $XDG_DATA_HOME/larder, else ~/.local/share/larder, else ./larder-data.
std::filesystem::path standardDataDirectory();

// Of `file`; without one the built-in configuration over `data`.
config::Loaded loadSettings(const std::optional<std::filesystem::path>& file, const std::filesystem::path& data);

// Prints all problems to standard error, one a line.
void printProblems(const config::Loaded& loaded);

}  // namespace larder::daemon
