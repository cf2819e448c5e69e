// The files that a node agent keeps in a directory of the container runtime.
//
// Each begins with a line that says whose it is. Files without it are somebody else's: they are neither replaced nor
// removed. Not thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "larder/core/result.hpp"

namespace larder::daemon {

class NodeFiles {
 public:
  // `directory` is made when the first file is written.
  explicit NodeFiles(std::filesystem::path directory);

  struct Outcome {
    std::size_t written = 0;
    std::size_t removed = 0;
    std::set<std::string> foreign;  // those that somebody else has put there
  };
  // Makes the directory hold exactly `wanted` of our files: content by path below the directory, which may have one
  // folder in it ("docker.io/hosts.toml"). What is as it should be is not touched; each file appears whole. Io if one
  // cannot be written; those before it are.
  core::Result<Outcome> apply(const std::map<std::string, std::string>& wanted) const;

 private:
  core::Result<std::set<std::string>> ours() const;

  std::filesystem::path directory_;
};

}  // namespace larder::daemon
