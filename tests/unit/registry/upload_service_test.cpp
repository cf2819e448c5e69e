#include "larder/registry/services.hpp"

#include "registry_fixture.hpp"
#include "shared_meta_store.hpp"
#include "support/wrapped_blob_store.hpp"

namespace larder::test {
namespace {

class UploadServiceTest : public RegistryTest {
 protected:
  registry::UploadService& uploads() { return registry().uploads(); }
  std::string begin(const std::string& repository = "team/app") {
    return threads_.run(uploads().start(repository, {})).value().id;
  }
  Result<registry::UploadState> append(const std::string& id, std::optional<std::uint64_t> from,
                                       const std::string& content) {
    return threads_.run(uploads().append("team/app", id, from, content.size(), chunks({content})));
  }
  Result<void> finish(const std::string& id, const Digest& digest, const std::string& content = "") {
    return threads_.run(uploads().finish("team/app", id, std::nullopt, content.size(), digest, chunks({content})));
  }
};

TEST_F(UploadServiceTest, TakesChunksInOrder) {
  auto id = begin();
  EXPECT_EQ(append(id, 0, "hello ")->offset, 6u);
  EXPECT_EQ(append(id, 6, "wor")->offset, 9u);
  EXPECT_EQ(threads_.run(uploads().status("team/app", id))->offset, 9u);
  ASSERT_TRUE(finish(id, Digest::of("hello world"), "ld"));
  EXPECT_EQ(readAll(pullBlob("team/app", Digest::of("hello world")).value()).value(), "hello world");
  EXPECT_EQ(codeOf(threads_.run(uploads().status("team/app", id))), ErrorCode::BlobUploadUnknown);
}

TEST_F(UploadServiceTest, RefusesAChunkOutOfOrder) {
  auto id = begin();
  ASSERT_TRUE(append(id, 0, "abc"));
  EXPECT_EQ(codeOf(append(id, 0, "abc")), ErrorCode::RangeInvalid);
  EXPECT_EQ(codeOf(append(id, 7, "abc")), ErrorCode::RangeInvalid);
  EXPECT_EQ(codeOf(threads_.run(uploads().finish("team/app", id, 9, 1, Digest::of("abc"), chunks({"x"})))),
            ErrorCode::RangeInvalid);
  EXPECT_EQ(threads_.run(uploads().status("team/app", id))->offset, 3u);
  EXPECT_TRUE(finish(id, Digest::of("abc")));
}

TEST_F(UploadServiceTest, ChecksALengthThatWasTold) {
  auto id = begin();
  EXPECT_EQ(codeOf(threads_.run(uploads().append("team/app", id, 0, 5, chunks({"abc"})))), ErrorCode::SizeInvalid);
  EXPECT_EQ(codeOf(threads_.run(uploads().append("team/app", id, 3, 2, chunks({"d", "ef"})))), ErrorCode::SizeInvalid);
}

TEST_F(UploadServiceTest, KeepsWhatCameBeforeTheClientLeft) {
  auto id = begin();
  auto cut = threads_.run(
      uploads().append("team/app", id, 0, 10, chunks({"abc", "de"}, Error{ErrorCode::Cancelled, "Left."})));
  EXPECT_EQ(codeOf(cut), ErrorCode::Cancelled);
  EXPECT_EQ(threads_.run(uploads().status("team/app", id))->offset, 5u);
}

runtime::Task<Result<std::span<const std::byte>>> neverComes(std::shared_ptr<std::promise<void>> asked) {
  asked->set_value();
  co_await runtime::sleepFor(std::chrono::hours(1));
  co_return std::span<const std::byte>{};
}

// The fixture ends first the registry and then the threads, as a daemon does that cannot wait.
TEST_F(UploadServiceTest, MayWaitForItsBodyWhenTheRegistryGoes) {
  auto id = begin();
  auto asked = std::make_shared<std::promise<void>>();
  auto running =
      threads_.start(uploads().append("team/app", id, 0, std::nullopt, [asked] { return neverComes(asked); }));
  asked->get_future().wait();
  EXPECT_NE(running.wait_for(std::chrono::seconds(0)), std::future_status::ready);
}

TEST_F(UploadServiceTest, GathersSmallChunksAndPassesLargeOnes) {
  std::string small(1000, 's'), large(300'000, 'l'), whole;
  std::vector<std::string> parts;
  for (int i = 0; i < 600; ++i) parts.push_back(small);
  parts.push_back(large);
  parts.push_back(small);
  for (const auto& part : parts) whole += part;
  auto id = begin();
  auto state = threads_.run(uploads().append("team/app", id, std::nullopt, std::nullopt, chunks(parts)));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->offset, whole.size());
  EXPECT_TRUE(finish(id, Digest::of(whole)));
}

TEST_F(UploadServiceTest, EndsTheSessionAtAWrongDigest) {
  auto id = begin();
  ASSERT_TRUE(append(id, 0, "abc"));
  EXPECT_EQ(codeOf(finish(id, Digest::of("other"))), ErrorCode::DigestInvalid);
  EXPECT_EQ(codeOf(threads_.run(uploads().status("team/app", id))), ErrorCode::BlobUploadUnknown);
  EXPECT_EQ(codeOf(pullBlob("team/app", Digest::of("abc"))), ErrorCode::NameUnknown) << "nothing made the repository";
  EXPECT_TRUE(threads_.run(blobs_->partials()).value().empty());
}

TEST_F(UploadServiceTest, TakesEmptyBlobsAndSha512) {
  EXPECT_TRUE(finish(begin(), Digest::of("")));
  auto sha512 = Digest::of("content", core::DigestAlgorithm::Sha512);
  EXPECT_TRUE(finish(begin(), sha512, "content"));
  EXPECT_EQ(readAll(pullBlob("team/app", sha512).value()).value(), "content");
}

TEST_F(UploadServiceTest, KnowsAnUploadInItsRepositoryOnly) {
  auto id = begin();
  EXPECT_EQ(id.size(), 32u);
  EXPECT_NE(id, begin());
  EXPECT_EQ(codeOf(threads_.run(uploads().status("other/app", id))), ErrorCode::BlobUploadUnknown);
  EXPECT_EQ(codeOf(threads_.run(uploads().status("team/app", "../../etc/passwd"))), ErrorCode::BlobUploadUnknown);
  EXPECT_EQ(codeOf(threads_.run(uploads().cancel("other/app", id))), ErrorCode::BlobUploadUnknown);
}

TEST_F(UploadServiceTest, CancelsWithAllThatHasCome) {
  auto id = begin();
  ASSERT_TRUE(append(id, 0, "abc"));
  ASSERT_TRUE(threads_.run(uploads().cancel("team/app", id)));
  EXPECT_EQ(codeOf(threads_.run(uploads().status("team/app", id))), ErrorCode::BlobUploadUnknown);
  EXPECT_TRUE(threads_.run(blobs_->partials()).value().empty());
}

// A body that says when it is read, and gives its chunk when it is told to.
class HeldBody {
 public:
  registry::ChunkSource source() {
    return [this] { return read(); };
  }
  void awaitRead() { reading_.get_future().wait(); }
  void release() { released_.notify(); }

 private:
  runtime::Task<Result<std::span<const std::byte>>> read() {
    if (read_) co_return std::span<const std::byte>{};
    read_ = true;
    reading_.set_value();
    co_await released_.wait(0, std::chrono::steady_clock::now() + std::chrono::seconds(10));
    co_return std::as_bytes(std::span(content_));
  }
  std::string content_ = "held";
  bool read_ = false;
  std::promise<void> reading_;
  runtime::Signal released_;
};

TEST_F(UploadServiceTest, LetsOneRequestWriteAtATime) {
  auto id = begin();
  HeldBody body;
  auto first = threads_.start(uploads().append("team/app", id, 0, 4, body.source()));
  body.awaitRead();
  EXPECT_EQ(codeOf(append(id, 0, "x")), ErrorCode::Conflict);
  EXPECT_EQ(threads_.run(uploads().status("team/app", id))->offset, 0u);
  body.release();
  EXPECT_EQ(TestRuntime::await(std::move(first))->offset, 4u);
  EXPECT_EQ(append(id, 4, "x")->offset, 5u);
}

// A disk that fails when content is to be made safe: what was sent is lost with it, as after a failed fsync(2).
class IllBlobStore final : public WrappedBlobStore {
 public:
  using WrappedBlobStore::WrappedBlobStore;
  std::atomic<bool> ill{false};

  Task<Result<std::unique_ptr<storage::BlobWriter>>> write(std::string id) override {
    auto writer = co_await inner_->write(std::move(id));
    if (!writer) co_return core::fail(writer.error());
    co_return std::make_unique<Writer>(std::move(*writer), ill);
  }

 private:
  class Writer final : public storage::BlobWriter {
   public:
    Writer(std::unique_ptr<storage::BlobWriter> inner, const std::atomic<bool>& ill)
        : inner_(std::move(inner)), ill_(ill) {}
    std::uint64_t size() const override { return inner_->size(); }
    Task<Result<void>> append(std::span<const std::byte> data) override { return inner_->append(data); }
    std::shared_ptr<storage::BlobReader> follow() override { return inner_->follow(); }
    Task<Result<void>> verify(Digest expected) override { return inner_->verify(expected); }
    Task<Result<storage::BlobInfo>> commit(Digest expected) override {
      if (!ill_) co_return co_await inner_->commit(expected);
      (void)co_await inner_->discard();
      co_return core::fail(ErrorCode::Io, "Cannot sync the file.");
    }
    Task<Result<void>> discard() override { return inner_->discard(); }

   private:
    std::unique_ptr<storage::BlobWriter> inner_;
    const std::atomic<bool>& ill_;
  };
};

TEST_F(UploadServiceTest, TellsTheTruthAfterAFailedCommitAndTakesTheContentAgain) {
  auto disk = std::make_shared<IllBlobStore>(blobs_);
  blobs_ = disk;
  auto id = begin();
  ASSERT_TRUE(append(id, 0, "hello "));
  disk->ill = true;
  EXPECT_EQ(codeOf(finish(id, Digest::of("hello world"), "world")), ErrorCode::Io);
  disk->ill = false;
  EXPECT_EQ(threads_.run(uploads().status("team/app", id))->offset, 0u);
  ASSERT_TRUE(append(id, 0, "hello "));
  auto finished = finish(id, Digest::of("hello world"), "world");
  ASSERT_TRUE(finished) << finished.error().message;
  EXPECT_EQ(readAll(pullBlob("team/app", Digest::of("hello world")).value()).value(), "hello world");
}

TEST_F(UploadServiceTest, LinksAtTheNextTryWhatWasStoredAndNotLinked) {
  auto store = std::make_shared<SharedMetaStore>(meta_);
  meta_ = store;
  auto id = begin();
  ASSERT_TRUE(append(id, 0, "hello "));
  store->failures = 1;
  EXPECT_EQ(codeOf(finish(id, Digest::of("hello world"), "world")), ErrorCode::Timeout);
  EXPECT_EQ(threads_.run(uploads().status("team/app", id))->offset, 11u);
  EXPECT_EQ(codeOf(append(id, 11, "!")), ErrorCode::BlobUploadInvalid);
  EXPECT_EQ(codeOf(finish(id, Digest::of("hello"))), ErrorCode::DigestInvalid);
  // A client may repeat its last request as it was.
  auto finished = finish(id, Digest::of("hello world"), "world");
  ASSERT_TRUE(finished) << finished.error().message;
  EXPECT_EQ(readAll(pullBlob("team/app", Digest::of("hello world")).value()).value(), "hello world");
  EXPECT_EQ(codeOf(threads_.run(uploads().status("team/app", id))), ErrorCode::BlobUploadUnknown);
}

TEST_F(UploadServiceTest, CancelsWhatWasStoredAndNotLinked) {
  auto store = std::make_shared<SharedMetaStore>(meta_);
  meta_ = store;
  auto id = begin();
  store->failures = 1;
  EXPECT_EQ(codeOf(finish(id, Digest::of("abc"), "abc")), ErrorCode::Timeout);
  EXPECT_TRUE(threads_.run(uploads().cancel("team/app", id)));
  EXPECT_EQ(codeOf(threads_.run(uploads().status("team/app", id))), ErrorCode::BlobUploadUnknown);
}

// Whoever found the upload may come to its turn after it was cancelled.
TEST_F(UploadServiceTest, BringsNoUploadBackThatWasCancelledMeanwhile) {
  auto store = std::make_shared<SharedMetaStore>(meta_);
  meta_ = store;
  auto cancelFirst = [&](const std::string& id) {
    store->afterUpload = [this, id]() -> runtime::Task<void> {
      auto cancelled = co_await uploads().cancel("team/app", id);
      EXPECT_TRUE(cancelled);
    };
  };
  const std::function<ErrorCode(const std::string&)> requests[] = {
      [&](const std::string& id) { return codeOf(append(id, 3, "def")); },
      [&](const std::string& id) { return codeOf(threads_.run(uploads().status("team/app", id))); },
      [&](const std::string& id) { return codeOf(threads_.run(uploads().cancel("team/app", id))); },
      [&](const std::string& id) { return codeOf(finish(id, Digest::of("def"), "def")); },
  };
  for (const auto& request : requests) {
    auto id = begin();
    ASSERT_TRUE(append(id, 0, "abc"));
    cancelFirst(id);
    EXPECT_EQ(request(id), ErrorCode::BlobUploadUnknown);
    EXPECT_FALSE(threads_.run(meta_->upload(id)).value());
    EXPECT_TRUE(threads_.run(blobs_->partials()).value().empty());
  }
}

TEST_F(UploadServiceTest, MakesNoRepositoryBeforeItsFirstContent) {
  auto id = begin("team/new");
  ASSERT_TRUE(threads_.run(uploads().append("team/new", id, 0, 3, chunks({"abc"}))));
  EXPECT_FALSE(threads_.run(meta_->repository("team/new")).value());
  ASSERT_TRUE(threads_.run(uploads().finish("team/new", id, std::nullopt, 0, Digest::of("abc"), chunks({""}))));
  EXPECT_TRUE(threads_.run(meta_->repository("team/new")).value());
}

TEST_F(UploadServiceTest, ChecksTheNumberOfRepositoriesWhenItMakesOne) {
  config_.storage.maxRepos = 1;
  auto first = begin("team/first"), second = begin("team/second");
  auto finishIn = [&](const std::string& repository, const std::string& id) {
    return threads_.run(uploads().finish(repository, id, std::nullopt, 3, Digest::of("abc"), chunks({"abc"})));
  };
  ASSERT_TRUE(finishIn("team/first", first));
  EXPECT_FALSE(finishIn("team/second", second));
  EXPECT_FALSE(threads_.run(meta_->repository("team/second")).value());
}

TEST_F(UploadServiceTest, LeavesRoomForOthersUploads) {
  config_.larder.limits.uploads = 8;
  config_.larder.limits.addressShare = 50;
  auto greedy = runtime::ClientNetwork::of("192.0.2.1"), other = runtime::ClientNetwork::of("192.0.2.2");
  std::vector<std::string> begun;
  for (int i = 0; i < 20; ++i) {
    auto started = threads_.run(uploads().start("team/app", greedy));
    if (started)
      begun.push_back(started->id);
    else
      EXPECT_EQ(started.error().code, ErrorCode::TooManyRequests);
  }
  EXPECT_EQ(begun.size(), 4u);
  EXPECT_TRUE(threads_.run(uploads().start("team/app", other)));
  // What ends makes room.
  EXPECT_TRUE(threads_.run(uploads().cancel("team/app", begun.at(0))));
  ASSERT_TRUE(finish(begun.at(1), Digest::of("abc"), "abc"));
  EXPECT_TRUE(threads_.run(uploads().start("team/app", greedy)));
}

TEST_F(UploadServiceTest, SurvivesARestart) {
  auto id = begin();
  ASSERT_TRUE(append(id, 0, "before "));
  threads_.run(registry().shutdown());
  registry_.reset();
  EXPECT_EQ(threads_.run(uploads().status("team/app", id))->offset, 7u);
  ASSERT_TRUE(append(id, 7, "after"));
  EXPECT_TRUE(finish(id, Digest::of("before after")));
}

}  // namespace
}  // namespace larder::test
