// Editing the credentials file of the sync extension. Passwords go in and never come out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "larder/core/result.hpp"

namespace larder::config {

// What an edit of credentials is made upon.
struct SeenCredentials {
  std::string version;  // "" for any
  bool isNew = false;   // there are none of that host
};

// Thread-safe. All functions block. A change made by hand meanwhile is kept, or the call fails with Conflict.
class CredentialsFile {
 public:
  struct Entry {
    std::string host;  // canonical
    std::string username;
    std::string version;  // another one after each change of it, and after a restart; tells nothing of the password
  };
  explicit CredentialsFile(std::filesystem::path path) : path_(std::move(path)) {}

  // By host; empty if the file is not there.
  core::Result<std::vector<Entry>> list() const;
  // Why nothing can be changed, as the end of a sentence; nothing if it can.
  std::optional<std::string> readOnly() const;

  // Conflict with the where "If-Match" if it is not made upon what is there now, and with "If-None-Match" if there are
  // some where there were to be none. A new file has mode 0600. InvalidArgument if `host` is none.
  core::Result<void> set(const std::string& host, const std::string& username, const std::string& password,
                         const SeenCredentials& seen = {}) const;
  // NotFound if there are none of that host.
  core::Result<void> remove(const std::string& host, const std::string& seen = "") const;

 private:
  std::filesystem::path path_;
};

}  // namespace larder::config
