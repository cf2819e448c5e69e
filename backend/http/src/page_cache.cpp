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
constexpr std::uint64_t kReadAhead = 4 * 1024 * 1024;
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

void bringIn(int file, std::uint64_t offset, std::size_t length, std::uint64_t remaining) {
  ::readahead(file, static_cast<off_t>(offset), static_cast<std::size_t>(std::min(remaining, kReadAhead)));
  // readahead(2) may return before the pages are there.
  static thread_local const std::unique_ptr<char[]> piece(new char[kPiece]);
  for (std::size_t at = 0; at < length; at += kPiece) {
    if (::pread(file, piece.get(), std::min(kPiece, length - at), static_cast<off_t>(offset + at)) <= 0) return;
  }
}

}  // namespace larder::http
