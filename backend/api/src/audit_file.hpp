// The file behind the audit log: appended to, and renamed when it has grown enough.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "larder/core/result.hpp"

namespace larder::api {

// Not thread-safe; its calls block. Two daemons may write to one file, as they do during a rolling update: whichever
// finds it renamed goes on with the new one.
class AuditFile {
 public:
  AuditFile() = default;
  ~AuditFile();
  AuditFile(const AuditFile&) = delete;
  AuditFile& operator=(const AuditFile&) = delete;

  // An empty path closes it. Io if the file cannot be opened; then the one before stays.
  core::Result<void> open(const std::filesystem::path& path);
  // Beyond `maxBytes` (0: never) the file is renamed to path.1, that to path.2 …, of which `keep` are kept.
  void rotateAt(std::uint64_t maxBytes, unsigned keep);
  // Appends whole lines. What part of a line was written before a failure is taken back; the failure says how many
  // bytes are there, whole lines from the first on.
  struct Failure {
    std::size_t written = 0;
    core::Error error;
  };
  std::optional<Failure> write(const std::string& lines);

  const std::filesystem::path& path() const { return path_; }
  bool isOpen() const { return descriptor_ >= 0; }

 private:
  // Opens the path again if what is open is no longer there; its size, 0 if that is unknown.
  std::uint64_t follow();
  void rotate();
  // Whether what is there ends within a line: a crash, or an older larderd on a full disk, has left it so.
  bool endsTorn(std::uint64_t size) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t maxBytes_ = 0;
  unsigned keep_ = 1;
};

// path.1, path.2 …
std::filesystem::path rotatedPath(const std::filesystem::path& path, unsigned number);

}  // namespace larder::api
