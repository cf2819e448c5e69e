// What runs behind the services.
#include "registry_fixture.hpp"
#include "registry_impl.hpp"
#include "unit/registry/shared_meta_store.hpp"

namespace larder::test {
namespace {

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
  auto idle = threads_.run(registry().uploads().start("team/app", {})).value().id;
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
  auto fresh = threads_.run(registry().uploads().start("team/app", {})).value().id;

  registry().start();
  threads_.run(shared_->awaitPolls());
  EXPECT_EQ(codeOf(threads_.run(registry().uploads().status("team/app", idle))), ErrorCode::BlobUploadUnknown);
  EXPECT_TRUE(threads_.run(registry().uploads().status("team/app", fresh)));
  std::vector<std::string> left;
  auto partials = threads_.run(blobs_->partials()).value();
  for (const auto& partial : partials) left.push_back(partial.id);
  EXPECT_EQ(left, (std::vector<std::string>{"elsewhere", "upload-" + fresh}));
}

TEST_F(BackgroundTest, PurgesUploadsThatNothingWasSentForAfterAnHour) {
  auto begun = threads_.run(registry().uploads().start("team/app", {})).value().id;
  ASSERT_TRUE(threads_.run(registry().uploads().append("team/app", begun, 0, 3, chunks({"abc"}))));
  auto untouched = threads_.run(registry().uploads().start("team/app", {})).value().id;
  clock_.advance(std::chrono::minutes(61));
  registry().start();
  threads_.run(shared_->awaitPolls());
  EXPECT_FALSE(threads_.run(meta_->upload(untouched)).value());
  EXPECT_TRUE(threads_.run(meta_->upload(begun)).value());
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
