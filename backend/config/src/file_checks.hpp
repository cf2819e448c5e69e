// Files that the configuration names: whether they are there, and whether they hold what they should.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "formats.hpp"
#include "larder/core/result.hpp"
#include "schema.hpp"

namespace larder::config {

// The content of a regular file. Io if it cannot be read, TooLarge beyond `limit`; the message names the file.
core::Result<std::string> readFile(const std::filesystem::path& path, std::size_t limit);

std::optional<Complaint> checkExists(const std::filesystem::path& path, Exists kind);

// Whether each line that is no comment is name:hash. Never shows a line.
std::optional<Complaint> checkHtpasswd(const std::filesystem::path& path);

// The certificates of a PEM file: readable, at least one.
std::optional<Complaint> checkCertificates(const std::filesystem::path& path);
// The revocation lists of a PEM file: readable, at least one.
std::optional<Complaint> checkRevocations(const std::filesystem::path& path);
// Whether one of them is past its next update. The file must have passed the check above.
bool hasOutdatedRevocations(const std::filesystem::path& path);
// The private key of a PEM file, without a passphrase.
std::optional<Complaint> checkPrivateKey(const std::filesystem::path& path);
// Whether the key is that of the first certificate. Both files must have passed the checks above.
bool keyFitsCertificate(const std::filesystem::path& key, const std::filesystem::path& certificate);
// Whether the first certificate's time is over.
bool hasExpired(const std::filesystem::path& certificate);

}  // namespace larder::config
