// What runs behind the services.
#include "registry_fixture.hpp"
#include "registry_impl.hpp"

namespace larder::test {
namespace {

// A store that another daemon seems to change when the test says so.
class SharedMetaStore final : public storage::MetaStore {
 public:
  template <class T>
  using Task = runtime::Task<T>;
  explicit SharedMetaStore(std::shared_ptr<storage::MetaStore> inner) : inner_(std::move(inner)) {}

  std::atomic<std::uint64_t> changes{0};
  std::atomic<int> polls{0};

  Task<Result<void>> apply(std::vector<storage::MetaChange> batch) override { return inner_->apply(std::move(batch)); }
  Task<Result<std::optional<storage::ManifestLookup>>> manifest(std::string name, Reference reference) override {
    return inner_->manifest(std::move(name), std::move(reference));
  }
  Task<Result<std::optional<std::uint64_t>>> blob(std::string name, Digest digest) override {
    return inner_->blob(std::move(name), digest);
  }
  Task<Result<std::optional<std::string>>> blobHolder(Digest digest,
                                                      std::function<bool(const std::string&)> mayRead) override {
    return inner_->blobHolder(digest, std::move(mayRead));
  }
  Task<Result<std::optional<storage::RepositoryRecord>>> repository(std::string name) override {
    return inner_->repository(std::move(name));
  }
  Task<Result<std::optional<storage::RepositoryRecord>>> repositoryByOrigin(storage::Origin origin) override {
    return inner_->repositoryByOrigin(std::move(origin));
  }
  Task<Result<std::vector<std::string>>> repositories(std::string after, std::size_t limit) override {
    return inner_->repositories(std::move(after), limit);
  }
  Task<Result<std::vector<storage::TagRecord>>> tags(std::string name, std::string after, std::size_t limit) override {
    return inner_->tags(std::move(name), std::move(after), limit);
  }
  Task<Result<std::vector<storage::ManifestRecord>>> manifestsNaming(std::string name, Digest digest,
                                                                     storage::NamedAs as) override {
    return inner_->manifestsNaming(std::move(name), digest, as);
  }
  Task<Result<std::optional<storage::UploadRecord>>> upload(std::string id) override {
    return inner_->upload(std::move(id));
  }
  Task<Result<std::vector<storage::UploadRecord>>> idleUploads(storage::WallTime before) override {
    return inner_->idleUploads(before);
  }
  Task<Result<std::uint64_t>> foreignChanges() override {
    std::uint64_t seen = changes;
    ++polls;
    polled.notify();
    co_return seen;
  }

  // Until two more polls have begun, so that the first of them has been acted upon.
  Task<void> awaitPolls() {
    int target = polls + 2;
    while (polls < target) {
      auto seen = polled.version();
      if (polls >= target) break;
      co_await polled.wait(seen, std::chrono::steady_clock::now() + std::chrono::seconds(10));
    }
  }
  runtime::Signal polled;

 private:
  std::shared_ptr<storage::MetaStore> inner_;
};

class BackgroundTest : public RegistryTest {
 protected:
  BackgroundTest() { meta_ = shared_; }
  std::shared_ptr<SharedMetaStore> shared_ = std::make_shared<SharedMetaStore>(meta_);
};

TEST_F(BackgroundTest, DropsMemoryWhenAnotherDaemonChangesTheStore) {
  pushImage("team/app", "1");
  registry().start();
  threads_.run(shared_->awaitPolls());
  ASSERT_TRUE(pull("team/app", "1"));
  ASSERT_NE(ready("team/app", "1"), nullptr);
  threads_.run(shared_->awaitPolls());
  EXPECT_NE(ready("team/app", "1"), nullptr);
  ++shared_->changes;
  threads_.run(shared_->awaitPolls());
  EXPECT_EQ(ready("team/app", "1"), nullptr);
}

TEST_F(BackgroundTest, PurgesIdleUploadsAndForgottenPartialContent) {
  auto idle = threads_.run(registry().uploads().start("team/app")).value().id;
  ASSERT_TRUE(threads_.run(registry().uploads().append("team/app", idle, 0, 3, chunks({"abc"}))));
  {
    auto writer = threads_.run(blobs_->write("pull-sha256-old")).value();
  }
  {
    auto writer = threads_.run(blobs_->write("upload-nobody-knows")).value();
  }
  {
    auto writer = threads_.run(blobs_->write("elsewhere")).value();
  }
  // Partial content bears real times.
  clock_.setNow(std::chrono::system_clock::now() + std::chrono::hours(25));
  auto fresh = threads_.run(registry().uploads().start("team/app")).value().id;

  registry().start();
  threads_.run(shared_->awaitPolls());
  EXPECT_EQ(codeOf(threads_.run(registry().uploads().status("team/app", idle))), ErrorCode::BlobUploadUnknown);
  EXPECT_TRUE(threads_.run(registry().uploads().status("team/app", fresh)));
  std::vector<std::string> left;
  auto partials = threads_.run(blobs_->partials()).value();
  for (const auto& partial : partials) left.push_back(partial.id);
  EXPECT_EQ(left, (std::vector<std::string>{"elsewhere", "upload-" + fresh}));
}

TEST_F(BackgroundTest, EndsWithItsShutdown) {
  registry().start();
  threads_.run(shared_->awaitPolls());
  threads_.run(registry().shutdown());
  int polls = shared_->polls;
  threads_.run(registry().shutdown());
  EXPECT_EQ(shared_->polls, polls);
}

}  // namespace
}  // namespace larder::test
