#include "audit_file.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <tuple>

namespace larder::api {

AuditFile::~AuditFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

core::Result<void> AuditFile::open(const std::filesystem::path& path) {
  int opened = -1;
  if (!path.empty()) {
    opened = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (opened < 0 && errno == EACCES) opened = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (opened < 0) {
      return core::fail(core::ErrorCode::Io,
                        "The audit log cannot be opened: " + std::generic_category().message(errno) +
                            ". Make its directory writable by larderd, or change log.audit.",
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
    spdlog::error("audit_log_not_rotated path={} error=\"{}\" hint=\"Make its directory writable by larderd.\"",
                  path_.string(), error.message());
    return;
  }
  follow();
}

bool AuditFile::endsTorn(std::uint64_t size) const {
  char last = '\n';
  return size > 0 && ::pread(descriptor_, &last, 1, static_cast<::off_t>(size - 1)) == 1 && last != '\n';
}

std::optional<AuditFile::Failure> AuditFile::write(const std::string& lines) {
  if (!isOpen()) return std::nullopt;
  auto size = follow();
  if (maxBytes_ > 0 && size > 0 && size + lines.size() > maxBytes_) rotate();
  if (!isOpen()) return std::nullopt;
  // Two daemons may write: what the other one appends meanwhile is not to be taken back.
  ::flock(descriptor_, LOCK_EX);
  struct stat info{};
  auto begin = ::fstat(descriptor_, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
  auto text = endsTorn(begin) ? "\n" + lines : lines;
  std::size_t done = 0;
  int error = 0;
  while (error == 0 && done < text.size()) {
    ssize_t n = ::write(descriptor_, text.data() + done, text.size() - done);
    if (n > 0) done += static_cast<std::size_t>(n);
    if (n < 0 && errno != EINTR) error = errno;
    if (n == 0) error = ENOSPC;
  }
  std::optional<Failure> failure;
  if (error != 0) {
    auto whole = done == 0 ? 0 : text.rfind('\n', done - 1) + 1;
    // If it cannot be taken back, the next write ends the line.
    std::ignore = ::ftruncate(descriptor_, static_cast<::off_t>(begin + whole));
    auto prefix = text.size() - lines.size();
    failure = Failure{whole > prefix ? whole - prefix : 0,
                      core::Error(core::ErrorCode::Io, std::generic_category().message(error), path_.string())};
  }
  ::flock(descriptor_, LOCK_UN);
  return failure;
}

std::filesystem::path rotatedPath(const std::filesystem::path& path, unsigned number) {
  auto rotated = path;
  rotated += "." + std::to_string(number);
  return rotated;
}

}  // namespace larder::api
