#include "drivers/sqlite/space_reserve.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "drivers/filesystem/directories.hpp"
#include "drivers/filesystem/posix.hpp"

namespace larder::storage::sqlite {
namespace {

// The log of the database grows to about 4 MiB before it is begun anew, and the journal by some bytes a removal.
constexpr std::uint64_t kMost = 8 << 20;
constexpr std::uint64_t kShare = 16;      // of a small disk, one part in so many
constexpr std::uint64_t kPart = 1 << 20;  // others may be faster to use what is given up
constexpr std::chrono::seconds kLookEvery{1};

std::uint64_t sizeOf(int file) {
  struct ::stat info{};
  return ::fstat(file, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace

SpaceReserve::SpaceReserve(std::string directory) : path_(std::move(directory) + "/reserve") {}

bool SpaceReserve::giveUp() {
  whole_ = false;
  auto file = filesystem::openAt(AT_FDCWD, path_.c_str(), O_WRONLY);
  auto size = file ? sizeOf(file.get()) : 0;
  if (size == 0) return false;
  auto left = size - std::min(size, kPart);
  if (::ftruncate(file.get(), static_cast<::off_t>(left)) != 0) return false;
  spdlog::debug("storage.reserve_used path={} left_bytes={}", path_, left);
  return true;
}

void SpaceReserve::restore() {
  auto now = std::chrono::steady_clock::now();
  if (now < lookAt_) return;
  lookAt_ = now + kLookEvery;
  auto file = filesystem::openAt(AT_FDCWD, path_.c_str(), O_WRONLY | O_CREAT, filesystem::kFileMode);
  struct ::statvfs disk{};
  int error = !file || ::fstatvfs(file.get(), &disk) != 0 ? errno : 0;
  if (error == 0) {
    std::uint64_t unit = disk.f_frsize;
    auto wanted = std::min(kMost, disk.f_blocks * unit / kShare);
    auto size = sizeOf(file.get());
    auto missing = wanted - std::min(wanted, size);
    if (missing > 0 && disk.f_bavail * unit >= 2 * missing) {
      error = ::posix_fallocate(file.get(), static_cast<::off_t>(size), static_cast<::off_t>(missing));
      // What was allocated before the failure is not to be kept from others.
      if (error != 0 && ::ftruncate(file.get(), static_cast<::off_t>(size)) != 0) error = errno;
      if (error == 0) missing = 0;
    }
    whole_ = missing == 0;
  }
  if (error == 0) {
    failure_.ended();
  } else if (auto text = std::generic_category().message(error); failure_.isNews(text)) {
    spdlog::warn("storage.no_reserve path={} error=\"{}\" hint=\"On a full disk larderd may be unable to free space.\"",
                 path_, text);
  }
}

}  // namespace larder::storage::sqlite
