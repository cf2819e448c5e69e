#include "drivers/filesystem/posix.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace larder::storage::filesystem {

using core::ErrorCode;

UniqueFd::~UniqueFd() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

core::Error systemError(int error, std::string_view action, std::string path) {
  std::string text = std::generic_category().message(error);
  std::string message = "Cannot " + std::string(action) + " " + path + ": " + text + ".";
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {ErrorCode::NoSpace, message + " Free space on the volume or raise the quota.", std::move(path)};
    case EACCES:
    case EPERM:
    case EROFS:
      message += " Make the data directory writable by the user that runs larderd.";
      break;
    case EMFILE:
    case ENFILE:
      message += " Raise the open files limit (ulimit -n, LimitNOFILE).";
      break;
    case EIO:
      message += " Check the health of the disk.";
      break;
    case ELOOP:
      message += " Symbolic links are not followed here. Remove it.";
      break;
    default:
      break;
  }
  return {ErrorCode::Io, std::move(message), std::move(path)};
}

UniqueFd openAt(int directory, const char* name, int flags, ::mode_t mode) {
  int descriptor = -1;
  do {
    descriptor = ::openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW, mode);
  } while (descriptor < 0 && errno == EINTR);
  return UniqueFd(descriptor);
}

int writeAll(int descriptor, std::span<const std::byte> data, std::uint64_t offset) {
  while (!data.empty()) {
    auto written = ::pwrite(descriptor, data.data(), data.size(), static_cast<::off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    data = data.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

Result<std::size_t> readFully(int descriptor, std::span<std::byte> into, std::uint64_t offset,
                              const std::string& path) {
  std::size_t done = 0;
  while (done < into.size()) {
    auto got =
        ::pread(descriptor, into.data() + done, into.size() - done, static_cast<::off_t>(offset + std::uint64_t{done}));
    if (got < 0) {
      if (errno == EINTR) continue;
      return failSystem(errno, "read", path);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<void> forEachEntry(int directory, const char* name, const std::string& path,
                          const std::function<bool(int, const char*)>& visit) {
  UniqueFd descriptor = openAt(directory, name, O_RDONLY | O_DIRECTORY);
  if (!descriptor) {
    if (errno == ENOENT) return {};
    return failSystem(errno, "list", path);
  }
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(descriptor.get()), &::closedir);
  if (!stream) return failSystem(errno, "list", path);
  int listed = descriptor.release();
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) {
      if (errno != 0) return failSystem(errno, "list", path);
      return {};
    }
    std::string_view entryName = entry->d_name;
    if (entryName == "." || entryName == "..") continue;
    if (!visit(listed, entry->d_name)) return {};
  }
}

std::chrono::system_clock::time_point toTime(const ::timespec& time) {
  auto sinceEpoch = std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(sinceEpoch));
}

}  // namespace larder::storage::filesystem
