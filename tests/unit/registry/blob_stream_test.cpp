// Blobs that cannot be stored stream through all the same.
#include "registry_fixture.hpp"
#include "support/wrapped_blob_store.hpp"

namespace larder::test {
namespace {

// A store whose writers take `room` bytes, then report a full disk.
class FullBlobStore final : public WrappedBlobStore {
 public:
  FullBlobStore(std::shared_ptr<storage::BlobStore> inner, std::uint64_t room)
      : WrappedBlobStore(std::move(inner)), room_(room) {}

  bool canBegin = true;
  bool canCommit = false;

  Task<Result<std::unique_ptr<storage::BlobWriter>>> write(std::string id) override {
    if (!canBegin) co_return core::fail(ErrorCode::NoSpace, "The disk is full.");
    auto writer = co_await inner_->write(std::move(id));
    if (!writer) co_return core::fail(writer.error());
    co_return std::make_unique<Writer>(std::move(*writer), room_, canCommit);
  }
  Task<std::vector<Result<storage::BlobInfo>>> putAll(std::vector<storage::SmallBlob> blobs) override {
    co_return std::vector<Result<storage::BlobInfo>>(blobs.size(), core::fail(ErrorCode::NoSpace, "The disk is full."));
  }

 private:
  class Writer final : public storage::BlobWriter {
   public:
    Writer(std::unique_ptr<storage::BlobWriter> inner, std::uint64_t room, bool canCommit)
        : inner_(std::move(inner)), room_(room), canCommit_(canCommit) {}
    std::uint64_t size() const override { return inner_->size(); }
    Task<Result<void>> append(std::span<const std::byte> data) override {
      auto taken = std::min<std::uint64_t>(data.size(), room_ - inner_->size());
      auto appended = co_await inner_->append(data.first(taken));
      if (!appended) co_return core::fail(appended.error());
      if (taken < data.size()) co_return core::fail(ErrorCode::NoSpace, "The disk is full.");
      co_return Result<void>{};
    }
    std::shared_ptr<storage::BlobReader> follow() override { return inner_->follow(); }
    Task<Result<void>> verify(Digest expected) override { return inner_->verify(expected); }
    Task<Result<storage::BlobInfo>> commit(Digest expected) override {
      if (canCommit_) co_return co_await inner_->commit(expected);
      co_return core::fail(ErrorCode::NoSpace, "The disk is full.");
    }
    Task<Result<void>> discard() override { return inner_->discard(); }

   private:
    std::unique_ptr<storage::BlobWriter> inner_;
    std::uint64_t room_;
    bool canCommit_;
  };

  std::uint64_t room_;
};

class BlobStreamTest : public RegistryTest {
 protected:
  FullBlobStore& fill(std::uint64_t room) {
    auto full = std::make_shared<FullBlobStore>(blobs_, room);
    blobs_ = full;
    return *full;
  }
  static std::string bytes(std::size_t size) {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 % 251);
    return content;
  }
};

TEST_F(BlobStreamTest, GivesAManifestThatCannotBeStored) {
  fill(0);
  auto content = imageJson("config", {});
  addHub().putManifest("library/nginx", "1", content);
  auto answer = pull("docker.io/library/nginx", "1");
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer->content, content);
}

TEST_F(BlobStreamTest, GoesOnInMemoryWhenTheDiskFillsOnTheWay) {
  fill(100'000);
  auto content = bytes(10'000'000);
  auto digest = addHub().putBlob("library/nginx", content);
  auto read = threads_.run(getAndRead(&registry().blobs(), "docker.io/library/nginx", digest, 0));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, content);
  EXPECT_FALSE(threads_.run(blobs_->stat(digest)).value());
  EXPECT_TRUE(threads_.run(blobs_->partials()).value().empty());
}

TEST_F(BlobStreamTest, ServesSeveralReadersWithoutTheDisk) {
  fill(0).canBegin = false;
  auto content = bytes(9'000'000);
  auto& hub = addHub();
  auto digest = hub.putBlob("library/nginx", content);
  hub.putManifest("library/nginx", "1", imageJson("config", {}));
  hub.gateBlob(digest, 10);
  std::vector<registry::BlobAnswer> answers;
  for (int i = 0; i < 3; ++i) answers.push_back(pullBlob("docker.io/library/nginx", digest).value());
  EXPECT_EQ(answers.front().reader->file(), nullptr);
  std::vector<std::future<Result<std::string>>> readers;
  for (std::uint64_t offset : {0u, 5'000'000u, 8'999'999u}) {
    readers.push_back(threads_.start(readBlob(answers[readers.size()], offset)));
  }
  answers.clear();
  hub.openBlob(digest);
  std::size_t i = 0;
  for (std::uint64_t offset : {0u, 5'000'000u, 8'999'999u}) {
    auto read = TestRuntime::await(std::move(readers[i++]));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, content.substr(offset));
  }
}

TEST_F(BlobStreamTest, StillRefusesAWrongDigest) {
  fill(100);
  auto content = bytes(5'000);
  auto digest = Digest::of("something else");
  addHub().putBlobAs("library/nginx", digest, content);
  auto read = threads_.run(getAndRead(&registry().blobs(), "docker.io/library/nginx", digest, 0));
  EXPECT_EQ(codeOf(read), ErrorCode::UpstreamInvalid);
}

TEST_F(BlobStreamTest, GivesTheLastByteWhenOnlyPublishingFails) {
  fill(1'000'000);
  auto content = bytes(5'000);
  auto digest = addHub().putBlob("library/nginx", content);
  auto read = threads_.run(getAndRead(&registry().blobs(), "docker.io/library/nginx", digest, 0));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, content);
}

}  // namespace
}  // namespace larder::test
