#include "page_cache.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace larder::http {

namespace {
constexpr std::size_t kStride = 128 * 1024;
constexpr std::size_t kPiece = 64 * 1024;

bool isByteInPageCache(int file, std::uint64_t offset) {
  char byte;
  iovec into{&byte, 1};
  return ::preadv2(file, &into, 1, static_cast<off_t>(offset), RWF_NOWAIT) >= 0 || errno != EAGAIN;
}
}  // namespace

bool isInPageCache(int file, std::uint64_t offset, std::size_t length) {
  for (std::size_t at = 0; at < length; at += kStride) {
    if (!isByteInPageCache(file, offset + at)) return false;
  }
  return length == 0 || isByteInPageCache(file, offset + length - 1);
}

void readAhead(int file, std::uint64_t offset, std::uint64_t length) {
  // Else the kernel has whoever comes near the end of what is in memory read on, and that is an io thread.
  ::posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM);
  // A longer call may be cut to what one request to the disk may be.
  for (std::uint64_t at = 0; at < length; at += kStride) {
    ::readahead(file, static_cast<off_t>(offset + at),
                static_cast<std::size_t>(std::min<std::uint64_t>(kStride, length - at)));
  }
}

void bringIn(int file, std::uint64_t offset, std::size_t length) {
  static thread_local const std::unique_ptr<char[]> piece(new char[kPiece]);
  for (std::size_t at = 0; at < length; at += kPiece) {
    if (::pread(file, piece.get(), std::min(kPiece, length - at), static_cast<off_t>(offset + at)) <= 0) return;
  }
}

}  // namespace larder::http
