#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <memory>

#include "larder/storage/blob_store.hpp"

namespace larder::storage {

namespace {
// In blocks of 512 bytes (stat(3type)). Freeing less takes well under a millisecond.
constexpr ::blkcnt_t kLargeFile = 16 * 1024 * 1024 / 512;

bool freesALargeFile(int descriptor) {
  struct ::stat status;
  return ::fstat(descriptor, &status) == 0 && status.st_nlink == 0 && status.st_blocks > kLargeFile;
}
}  // namespace

FileHandle::~FileHandle() {
  if (descriptor_ < 0) return;
  if (!closing_ || !freesALargeFile(descriptor_)) {
    ::close(descriptor_);
    return;
  }
  // Closed by whoever drops it: the task, or a pool that ends without having run it.
  auto last = std::make_shared<FileHandle>(descriptor_);
  boost::asio::post(*closing_, [last = std::move(last)] {});
}

}  // namespace larder::storage
