#include "audit_file.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace larder::api {

AuditFile::~AuditFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

core::Result<void> AuditFile::open(const std::filesystem::path& path) {
  int opened = -1;
  if (!path.empty()) {
    opened = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (opened < 0) {
      return core::fail(core::ErrorCode::Io,
                        "The audit log cannot be opened: " + std::generic_category().message(errno) +
                            ". Make its directory writable for larderd, or change log.audit.",
                        path.string());
    }
  }
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = opened;
  path_ = path;
  return {};
}

void AuditFile::rotateAt(std::uint64_t maxBytes, unsigned keep) {
  maxBytes_ = maxBytes;
  keep_ = keep;
}

std::uint64_t AuditFile::follow() {
  struct stat mine{}, there{};
  if (::fstat(descriptor_, &mine) != 0) return 0;
  bool same = ::stat(path_.c_str(), &there) == 0 && there.st_ino == mine.st_ino && there.st_dev == mine.st_dev;
  if (same) return static_cast<std::uint64_t>(mine.st_size);
  auto path = path_;
  if (auto opened = open(path); !opened) {
    spdlog::error("audit_log_not_reopened path={} error=\"{}\"", path.string(), opened.error().message);
    return 0;
  }
  return ::fstat(descriptor_, &mine) == 0 ? static_cast<std::uint64_t>(mine.st_size) : 0;
}

void AuditFile::rotate() {
  // Of two daemons the second waits here, and finds that it is done.
  ::flock(descriptor_, LOCK_EX);
  struct stat mine{}, there{};
  bool still = ::fstat(descriptor_, &mine) == 0 && ::stat(path_.c_str(), &there) == 0 && there.st_ino == mine.st_ino;
  std::error_code error;
  if (still) {
    for (unsigned number = keep_; number > 1 && !error; --number) {
      auto from = rotatedPath(path_, number - 1);
      if (std::filesystem::exists(from, error)) std::filesystem::rename(from, rotatedPath(path_, number), error);
    }
    if (!error) std::filesystem::rename(path_, rotatedPath(path_, 1), error);
  }
  ::flock(descriptor_, LOCK_UN);
  if (error) {
    spdlog::error("audit_log_not_rotated path={} error=\"{}\" hint=\"Make its directory writable for larderd.\"",
                  path_.string(), error.message());
    return;
  }
  follow();
}

void AuditFile::write(const std::string& lines) {
  if (descriptor_ < 0) return;
  auto size = follow();
  if (maxBytes_ > 0 && size > 0 && size + lines.size() > maxBytes_) rotate();
  std::size_t done = 0;
  while (descriptor_ >= 0 && done < lines.size()) {
    ssize_t n = ::write(descriptor_, lines.data() + done, lines.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      spdlog::error("audit_log_write_failed path={} error={}", path_.string(), std::generic_category().message(errno));
      return;
    }
    done += static_cast<std::size_t>(n);
  }
}

std::filesystem::path rotatedPath(const std::filesystem::path& path, unsigned number) {
  auto rotated = path;
  rotated += "." + std::to_string(number);
  return rotated;
}

}  // namespace larder::api
