#include "drivers/filesystem/partial_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "partial_id.hpp"

namespace larder::storage::filesystem {

using core::ErrorCode;
using core::fail;

namespace {

// How often the file may be committed or removed by another in the instant between its opening and its locking.
constexpr int kOpenTries = 8;

// flock(2) belongs to the open file description, so it also holds between two writers of this process.
Result<void> lock(int descriptor, const std::string& id, const std::string& path) {
  int result = 0;
  do {
    result = ::flock(descriptor, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return {};
  if (errno == EWOULDBLOCK) {
    return fail(ErrorCode::Conflict, "This partial content is being written by another request or process.", id);
  }
  return failSystem(errno, "lock", path);
}

}  // namespace

void unlockPartial(int descriptor) {
  ::flock(descriptor, LOCK_UN);
}

Result<std::optional<OpenPartial>> PartialFiles::openLocked(const std::string& id, int flags) const {
  auto path = directories_->partialPath(id);
  for (int tries = 0; tries < kOpenTries; ++tries) {
    UniqueFd descriptor = openAt(directories_->partial.get(), id.c_str(), O_RDWR | O_NONBLOCK | flags, kFileMode);
    if (!descriptor) {
      if (errno == ENOENT && (flags & O_CREAT) == 0) return std::nullopt;
      return failSystem(errno, "open", path);
    }
    if (auto locked = lock(descriptor.get(), id, path); !locked) return fail(std::move(locked.error()));
    // A file that was committed before it was locked is a blob by now, and must not be written.
    struct ::stat opened{};
    struct ::stat named{};
    if (::fstat(descriptor.get(), &opened) != 0) return failSystem(errno, "look up", path);
    if (::fstatat(directories_->partial.get(), id.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      return failSystem(errno, "look up", path);
    }
    if (opened.st_ino != named.st_ino || opened.st_dev != named.st_dev) continue;
    if (!S_ISREG(opened.st_mode)) return fail(ErrorCode::Io, "This is not a regular file; remove it.", path);
    return OpenPartial{std::move(descriptor), static_cast<std::uint64_t>(opened.st_size)};
  }
  return fail(ErrorCode::Conflict, "This partial content is being written by another request or process.", id);
}

Result<OpenPartial> PartialFiles::open(const std::string& id) const {
  auto opened = openLocked(id, O_CREAT);
  if (!opened) return fail(std::move(opened.error()));
  return std::move(**opened);
}

Result<void> PartialFiles::remove(const std::string& id) const {
  auto opened = openLocked(id, 0);
  if (!opened) return fail(std::move(opened.error()));
  if (*opened && ::unlinkat(directories_->partial.get(), id.c_str(), 0) != 0 && errno != ENOENT) {
    return failSystem(errno, "remove", directories_->partialPath(id));
  }
  return {};
}

Result<std::vector<PartialInfo>> PartialFiles::list() const {
  std::vector<PartialInfo> found;
  auto listed = forEachEntry(
      directories_->partial.get(), ".", directories_->partialPath(""), [&](int directory, const char* name) {
        struct ::stat file{};
        if (isPartialId(name) && ::fstatat(directory, name, &file, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(file.st_mode)) {
          found.push_back({name, static_cast<std::uint64_t>(file.st_size), toTime(file.st_mtim)});
        }
        return true;
      });
  if (!listed) return fail(std::move(listed.error()));
  return found;
}

Result<std::uint64_t> PartialFiles::bytes() {
  std::lock_guard lock(sumMutex_);
  auto start = std::chrono::steady_clock::now();
  if (start < sumGoodUntil_) return sum_;
  std::uint64_t sum = 0;
  auto listed = forEachEntry(
      directories_->partial.get(), ".", directories_->partialPath(""), [&](int directory, const char* name) {
        struct ::stat file{};
        if (::fstatat(directory, name, &file, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(file.st_mode)) {
          sum += static_cast<std::uint64_t>(file.st_size);
        }
        return true;
      });
  if (!listed) return fail(std::move(listed.error()));
  sum_ = sum;
  auto took = std::chrono::steady_clock::now() - start;
  if (took > std::chrono::milliseconds(1)) sumGoodUntil_ = start + 100 * took;
  return sum_;
}

}  // namespace larder::storage::filesystem
