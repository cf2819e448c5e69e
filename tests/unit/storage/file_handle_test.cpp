#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <filesystem>
#include <latch>
#include <memory>

#include "larder/runtime/runtime.hpp"
#include "larder/storage/blob_store.hpp"
#include "support/temp_directory.hpp"

namespace larder::storage {
namespace {

bool isOpen(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) >= 0;
}

class FileHandleTest : public ::testing::Test {
 protected:
  int make(off_t bytes) {
    auto path = directory_.path() / "file";
    int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    EXPECT_EQ(::posix_fallocate(descriptor, 0, bytes), 0);
    return descriptor;
  }
  void unlink() { std::filesystem::remove(directory_.path() / "file"); }
  // Whether the descriptor was closed when the handle was gone, while the pool had no thread to spare.
  bool isClosedAtOnce(int descriptor) {
    std::latch release(1);
    runtime::Runtime threads({.ioThreads = 1, .blockingThreads = 1});
    boost::asio::post(threads.background(), [&] { release.wait(); });
    std::make_unique<FileHandle>(descriptor, threads.background()).reset();
    bool closed = !isOpen(descriptor);
    release.count_down();
    return closed;
  }

  test::TempDirectory directory_;
};

constexpr off_t kLarge = 32 << 20;

TEST_F(FileHandleTest, FreesALargeFileElsewhere) {
  int descriptor = make(kLarge);
  unlink();
  EXPECT_FALSE(isClosedAtOnce(descriptor));
  EXPECT_FALSE(isOpen(descriptor));  // when the pool has ended
}

TEST_F(FileHandleTest, ClosesWhatStaysOrIsSmallAtOnce) {
  EXPECT_TRUE(isClosedAtOnce(make(kLarge)));
  unlink();
  int small = make(4096);
  unlink();
  EXPECT_TRUE(isClosedAtOnce(small));
}

}  // namespace
}  // namespace larder::storage
