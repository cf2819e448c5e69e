// The credentials file of the sync extension: {"host[:port]": {"username": …, "password": …}}.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "larder/config/config.hpp"
#include "larder/core/result.hpp"

namespace larder::config {

// By canonical host. The Error names the file and the line or entry, and never shows what the file holds.
core::Result<std::map<std::string, Credential>> readCredentials(const std::filesystem::path& path);

}  // namespace larder::config
