#include "larder/config/file_edit.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "text.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;
using core::fail;

constexpr mode_t kModeBits = 07777;
// With another process that replaces the file, which takes it milliseconds.
constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::milliseconds kPause{2};
constexpr mode_t kAnyWrite = S_IWUSR | S_IWGRP | S_IWOTH;

std::string reason(int error) {
  return std::generic_category().message(error);
}

tl::unexpected<core::Error> failed(const char* what, const std::filesystem::path& path, int error) {
  auto code = ErrorCode::Io;
  if (error == ENOSPC || error == EDQUOT) code = ErrorCode::NoSpace;
  // EBUSY: the file itself is a mount point.
  if (error == EROFS || error == EACCES || error == EPERM || error == EBUSY) code = ErrorCode::Denied;
  return fail(code, std::string("The file ") + quotePath(path) + " cannot be " + what + ": " + reason(error) + ".",
              path.string());
}

tl::unexpected<core::Error> busy(const std::filesystem::path& path) {
  return fail(ErrorCode::Conflict, "Another process is editing " + quotePath(path) + ": try again.", path.string());
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

FileStamp stampOf(const struct stat& status) {
  auto nanos = [](const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; };
  return {true,
          status.st_dev,
          status.st_ino,
          static_cast<std::uint64_t>(status.st_size),
          nanos(status.st_mtim),
          nanos(status.st_ctim)};
}

// Where the content is, with every symlink resolved; the path itself if nothing is there yet.
std::filesystem::path targetOf(const std::filesystem::path& path) {
  std::error_code error;
  auto target = std::filesystem::weakly_canonical(path, error);
  return error ? path : target;
}

std::filesystem::path directoryOf(const std::filesystem::path& target) {
  return target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
}

bool writeAll(int file, std::string_view text) {
  while (!text.empty()) {
    auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The file that takes the new content. Its name is fixed, so that a crash leaves at most one, which the next edit
// takes; the lock goes with the process that holds it. Nothing while another process holds it.
core::Result<std::optional<int>> tryOpenDraft(const std::filesystem::path& draft) {
  int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return failed("replaced", draft, errno);
  struct stat opened{};
  struct stat there{};
  bool locked = ::flock(file, LOCK_EX | LOCK_NB) == 0;
  // Whoever held the lock may have given the file its final name meanwhile.
  if (!locked || ::fstat(file, &opened) != 0 || ::stat(draft.c_str(), &there) != 0 || opened.st_ino != there.st_ino) {
    ::close(file);
    return std::nullopt;
  }
  if (::ftruncate(file, 0) != 0) {
    int error = errno;
    ::close(file);
    return failed("replaced", draft, error);
  }
  return file;
}

core::Result<int> openDraft(const std::filesystem::path& draft, const std::filesystem::path& path) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    auto opened = tryOpenDraft(draft);
    if (!opened) return fail(opened.error());
    if (*opened) return **opened;
    if (std::chrono::steady_clock::now() >= end) return busy(path);
    std::this_thread::sleep_for(kPause);
  }
}

// Gives `file` the mode and owner of what it will replace.
bool adopt(int file, const struct stat* old, mode_t newMode) {
  if (old && (old->st_uid != ::geteuid() || old->st_gid != ::getegid())) {
    if (::fchown(file, old->st_uid, old->st_gid) != 0) return false;
  }
  return ::fchmod(file, old ? old->st_mode & kModeBits : newMode) == 0;
}

}  // namespace

FileStamp stampOf(const std::filesystem::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? stampOf(status) : FileStamp{};
}

core::Result<FileContent> readForEdit(const std::filesystem::path& path, std::size_t limit) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT) return FileContent{};
    return failed("read", path, errno);
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return failed("read", path, errno);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::Io, quotePath(path) + " is not a regular file.", path.string());
  FileContent content;
  content.stamp = stampOf(status);
  std::array<char, 16 * 1024> buffer;
  while (true) {
    auto count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("read", path, errno);
    if (count == 0) return content;
    content.text.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.text.size() > limit) {
      return fail(ErrorCode::TooLarge,
                  "The file " + quotePath(path) + " is larger than " + std::to_string(limit / 1024) + " KiB.",
                  path.string());
    }
  }
}

std::optional<std::string> whyReadOnly(const std::filesystem::path& path) {
  auto target = targetOf(path);
  struct stat status{};
  if (::stat(target.c_str(), &status) == 0) {
    if ((status.st_mode & kAnyWrite) == 0) return "has no write permission";
    if (::access(target.c_str(), W_OK) != 0) {
      return errno == EROFS ? "is on a read-only file system" : "is not writable by larderd";
    }
  }
  if (::access(directoryOf(target).c_str(), W_OK | X_OK) != 0) {
    return errno == EROFS ? "is on a read-only file system" : "is in a directory that is not writable by larderd";
  }
  return std::nullopt;
}

core::Result<FileStamp> replaceFile(const std::filesystem::path& path, std::string_view text, const FileStamp& expected,
                                    mode_t newMode) {
  if (auto why = whyReadOnly(path)) {
    return fail(ErrorCode::Denied, "The file " + quotePath(path) + " " + *why + ".", path.string());
  }
  auto target = targetOf(path);
  auto draft = directoryOf(target) / ("." + target.filename().string() + ".larder-new");
  auto opened = openDraft(draft, path);
  if (!opened) return fail(opened.error());
  Descriptor file(*opened);
  auto giveUp = [&draft](tl::unexpected<core::Error> error) {
    ::unlink(draft.c_str());
    return error;
  };

  struct stat old{};
  bool exists = ::stat(target.c_str(), &old) == 0;
  if (!exists && errno != ENOENT) return giveUp(failed("replaced", path, errno));
  if ((exists ? stampOf(old) : FileStamp{}) != expected) {
    return giveUp(fail(ErrorCode::Conflict,
                       "The file " + quotePath(path) + " was changed by someone else. Reload it before you edit.",
                       path.string()));
  }
  if (!adopt(file.get(), exists ? &old : nullptr, newMode))
    return giveUp(failed("given its original owner", path, errno));
  if (!writeAll(file.get(), text) || ::fsync(file.get()) != 0) return giveUp(failed("written", path, errno));
  if (::rename(draft.c_str(), target.c_str()) != 0) return giveUp(failed("replaced", path, errno));
  Descriptor directory(::open(directoryOf(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) {
    // Everybody reads the new content already: to call this a failure would be to deny what was done.
    spdlog::warn(
        "file_not_durable path={} reason=\"{}\" message=\"After a power loss the file may have its old content.\"",
        path.string(), reason(errno));
  }
  struct stat written{};
  if (::fstat(file.get(), &written) != 0) return failed("read", path, errno);
  return stampOf(written);
}

}  // namespace larder::config
