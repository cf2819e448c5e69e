// The files that a configuration names, and that are read at the start and at each reload.
#pragma once

#include <filesystem>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/core/result.hpp"
#include "larder/http/server.hpp"

namespace larder::daemon {

// A change of one of them is a change of the configuration.
std::vector<std::filesystem::path> filesOf(const config::Config& config);

// What the server is to speak TLS with. `config` must have http.tls.
http::TlsFiles tlsFiles(const config::Config& config);

// Reads them by the code that `serve` reads them with, for an answer beforehand: the Error is the one that `serve`
// would end with. Credentials are not among them: loading the configuration reads those. Blocks.
core::Result<void> checkNamedFiles(const config::Config& config);

}  // namespace larder::daemon
