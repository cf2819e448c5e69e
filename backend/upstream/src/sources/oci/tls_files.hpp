// The files of certDir, laid out as in Docker's certs.d.
#pragma once

#include <filesystem>

#include "transport/request.hpp"

namespace larder::upstream {

// Finds ca.crt, and the first *.cert that has a *.key of the same name. Reads the directory, not the files: those are
// read at each connection, so that a renewed one counts. What is missing is logged and left empty.
TlsOptions readCertDir(const std::filesystem::path& directory, bool verify);

}  // namespace larder::upstream
