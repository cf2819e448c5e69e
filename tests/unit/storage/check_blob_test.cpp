#include "larder/storage/check_blob.hpp"

#include <gtest/gtest.h>

#include "storage_fixture.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

using core::Digest;
using core::DigestAlgorithm;
using storage::BlobCheck;

class CheckBlob : public ::testing::Test {
 protected:
  std::filesystem::path pathOf(const Digest& digest) const {
    return directory_.path() / "_larder" / "blobs" / std::string(digest.algorithmName()) / digest.hex().substr(0, 2) /
           digest.hex();
  }
  core::Result<BlobCheck> check(const Digest& digest) {
    return opened_.run(storage::checkBlob(opened_.store, digest, pace_));
  }

  TempDirectory directory_;
  OpenedBlobs opened_{directory_.path()};
  std::size_t seen_ = 0;
  storage::Pace pace_ = [this](std::size_t bytes) -> runtime::Task<bool> {
    seen_ += bytes;
    co_return true;
  };
};

TEST_F(CheckBlob, ReadsAllOfASoundBlob) {
  std::string content(1'000'000, 'x');
  for (auto algorithm : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
    auto digest = Digest::of(content, algorithm);
    opened_.get(opened_.store->put(digest, content));
    seen_ = 0;
    EXPECT_EQ(valueOf(check(digest)), BlobCheck::Sound);
    EXPECT_EQ(seen_, content.size());
  }
}

TEST_F(CheckBlob, FindsAChangedByteAndAMissingEnd) {
  std::string content(600'000, 'x');
  auto digest = Digest::of(content);
  opened_.get(opened_.store->put(digest, content));
  std::ofstream(pathOf(digest), std::ios::in | std::ios::out).seekp(500'000) << 'y';
  EXPECT_EQ(valueOf(check(digest)), BlobCheck::Damaged);
  std::filesystem::resize_file(pathOf(digest), 1000);
  EXPECT_EQ(valueOf(check(digest)), BlobCheck::Damaged);
}

TEST_F(CheckBlob, CallsWhatGoesMeanwhileGone) {
  EXPECT_EQ(valueOf(check(Digest::of("absent"))), BlobCheck::Gone);
  auto digest = Digest::of("content");
  opened_.get(opened_.store->put(digest, "content"));
  std::ofstream(pathOf(digest)) << "damaged";
  pace_ = [this, digest](std::size_t) -> runtime::Task<bool> {
    std::filesystem::remove(pathOf(digest));
    co_return true;
  };
  EXPECT_EQ(valueOf(check(digest)), BlobCheck::Gone);
}

TEST_F(CheckBlob, EndsWhenItIsTold) {
  auto digest = Digest::of("content");
  opened_.get(opened_.store->put(digest, "content"));
  pace_ = [](std::size_t) -> runtime::Task<bool> { co_return false; };
  auto ended = check(digest);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, core::ErrorCode::Cancelled);
}

}  // namespace
}  // namespace larder::test
