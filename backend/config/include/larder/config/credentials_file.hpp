// Editing the credentials file of the sync extension. Passwords go in and never come out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "larder/core/result.hpp"

namespace larder::config {

// Thread-safe. All functions block. A change made by hand meanwhile is kept, or the call fails with Conflict.
class CredentialsFile {
 public:
  struct Entry {
    std::string host;  // canonical
    std::string username;
  };

  explicit CredentialsFile(std::filesystem::path path) : path_(std::move(path)) {}

  // Another one after each change of the file; tells nothing of what is in it.
  std::string version() const;
  // By host; empty if the file is not there.
  core::Result<std::vector<Entry>> list() const;
  // Why nothing can be changed, as the end of a sentence; nothing if it can.
  std::optional<std::string> readOnly() const;

  // `seen`: the version that the edit is made upon, "" for any; Conflict with the where "If-Match" if it is another one
  // now. A new file has mode 0600. InvalidArgument if `host` is none.
  core::Result<void> set(const std::string& host, const std::string& username, const std::string& password,
                         const std::string& seen = "") const;
  // NotFound if there are none of that host.
  core::Result<void> remove(const std::string& host, const std::string& seen = "") const;

 private:
  std::filesystem::path path_;
};

}  // namespace larder::config
