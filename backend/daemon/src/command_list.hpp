// The command line as data, which the manual and the completions of shells are made of.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace larder::daemon {

// Each command's name, aliases, description, options and commands as JSON, without what --help leaves out.
std::string describeCommands(const CLI::App& app);

}  // namespace larder::daemon
