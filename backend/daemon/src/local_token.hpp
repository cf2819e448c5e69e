// The proof of being on the daemon's machine, where nobody can log in: a random token in a file that only the daemon's
// user can read. A proxy on the machine passes on requests under its address; the content of a file it does not pass
// on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "larder/core/result.hpp"

namespace larder::daemon {

// Several daemons may share a data directory, each with a file of its own, which it holds a lock on (flock(2)) for as
// long as it runs. A file without one is of a daemon that was killed, and is removed by the next.
class LocalToken {
 public:
  // A new token in <data>/_larder/tokens/<host name>-<port>, mode 0600. Io if it cannot be written.
  static core::Result<std::unique_ptr<LocalToken>> make(const std::filesystem::path& data, std::uint16_t port);
  ~LocalToken();  // removes the file
  LocalToken(const LocalToken&) = delete;
  LocalToken& operator=(const LocalToken&) = delete;

  const std::string& text() const { return text_; }  // 64 hexadecimal digits
  const std::filesystem::path& file() const { return file_; }

 private:
  LocalToken(std::string text, std::filesystem::path file, int descriptor)
      : text_(std::move(text)), file_(std::move(file)), descriptor_(descriptor) {}

  const std::string text_;
  const std::filesystem::path file_;
  const int descriptor_;
};

}  // namespace larder::daemon
