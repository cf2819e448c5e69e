// The credentials file of the sync extension: {"host[:port]": {"username": …, "password": …}}.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "larder/config/config.hpp"
#include "larder/core/result.hpp"

namespace larder::config {

// By canonical host. The Error names the file and the host, and never shows what is secret.
core::Result<std::map<std::string, Credential>> readCredentials(const std::filesystem::path& path);

}  // namespace larder::config
