// The directories of a data directory, held open: every path below is relative to one of them, so nothing that happens
// to the way there (a remount, a symbolic link) leads a write elsewhere.
//
//   <root>/_larder/blobs/<algorithm>/<2 hex>/<hex>   committed content, whole and verified
//   <root>/_larder/partial/<id>                      content that is arriving
//   <root>/_larder/scratch/<random>                  small content for the instant before it is published
//   <root>/_larder/quarantine/<algorithm>-<hex>      content that has not the digest that it was stored under
//
// Nobody but the owner and the group gets into <root>/_larder, whatever the umask: it holds what the configuration and
// private repositories hold.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "drivers/filesystem/posix.hpp"

namespace larder::storage::filesystem {

struct Directories {
  std::string base;  // <root>/_larder, for messages
  UniqueFd blobs;
  UniqueFd partial;
  UniqueFd scratch;
  UniqueFd quarantine;
  bool fsync = true;

  std::string blobsPath(std::string_view name) const { return base + "/blobs/" + std::string(name); }
  std::string partialPath(std::string_view name) const { return base + "/partial/" + std::string(name); }
  std::string quarantinePath(std::string_view name) const { return base + "/quarantine/" + std::string(name); }
  std::string scratchPath(std::string_view name) const { return base + "/scratch/" + std::string(name); }

  // StoreUnusable if they were removed, or others stand in their place: what is written to them now is lost with the
  // process.
  Result<void> check() const;
};

constexpr ::mode_t kFileMode = 0640;       // of each file below <root>/_larder, at most
constexpr ::mode_t kDirectoryMode = 0750;  // of each directory, at most

// Opens <root>/_larder, made if it is missing. Rights that others have in it are taken away: those on the directory, on
// the directories in it, and on the files that lie directly in it; content lies deeper and is out of reach then. Where
// that cannot be done, since it belongs to somebody else, the log says so. Io or NoSpace.
Result<UniqueFd> openBase(const std::filesystem::path& root);

// Makes what is missing. Io or NoSpace with the path that could not be made.
Result<std::shared_ptr<const Directories>> openDirectories(const std::filesystem::path& root, bool fsync);

}  // namespace larder::storage::filesystem
