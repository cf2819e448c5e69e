// Thin helpers over system calls: owned descriptors, whole reads and writes, errno as Error. All of them block.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "larder/core/result.hpp"

namespace larder::storage::filesystem {

using core::Result;

// Owns a descriptor. Movable.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int descriptor) : descriptor_(descriptor) {}
  ~UniqueFd();
  UniqueFd(UniqueFd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

// The error of a failed call: NoSpace for ENOSPC, EDQUOT and EFBIG, else Io. `action` is a verb as in
// "Cannot <action> <path>".
core::Error systemError(int error, std::string_view action, std::string path);
inline tl::unexpected<core::Error> failSystem(int error, std::string_view action, std::string path) {
  return core::fail(systemError(error, action, std::move(path)));
}

// openat(2) with O_CLOEXEC and O_NOFOLLOW, tried again after a signal. Not open on failure; errno says why.
UniqueFd openAt(int directory, const char* name, int flags, ::mode_t mode = 0);

// Writes all of `data` at `offset`; 0 or the errno.
int writeAll(int descriptor, std::span<const std::byte> data, std::uint64_t offset);
// Reads until `into` is full or the file ends.
Result<std::size_t> readFully(int descriptor, std::span<std::byte> into, std::uint64_t offset, const std::string& path);

// Calls `visit` for each entry of a directory but "." and "..", in no order; `visit` returns false to stop. The
// descriptor given to it is the directory's. An absent directory (ENOENT) has no entries.
Result<void> forEachEntry(int directory, const char* name, const std::string& path,
                          const std::function<bool(int, const char*)>& visit);

std::chrono::system_clock::time_point toTime(const ::timespec& time);

}  // namespace larder::storage::filesystem
