// Which directory below <root>/_larder/config belongs to a configuration file. Several daemons may share a root and yet
// be configured by different files (a rolling update, a trial of a new configuration): the revisions and the overlay of
// one are not those of another. The first file gets the directory itself, the others get one below it.
#pragma once

#include <filesystem>
#include <string>

namespace larder::config {

// What tells the file from others: its path, with the directory's symlinks resolved. Those of the file itself are not:
// a mounted ConfigMap is a symlink to a new directory after each change. "" is the built-in configuration.
std::string nameOfFile(const std::filesystem::path& file);

// The directory of the file: `shared` itself if that is the file's or nobody's. Blocks.
std::filesystem::path ownDirectory(const std::filesystem::path& shared, const std::string& name);

// The same, and makes `shared` the file's if it is nobody's. What cannot be written there stays nobody's. Blocks.
std::filesystem::path claimDirectory(const std::filesystem::path& shared, const std::string& name);

// The file that `shared` itself belongs to, "" if it is nobody's. Blocks.
std::string ownerOf(const std::filesystem::path& shared);

}  // namespace larder::config
