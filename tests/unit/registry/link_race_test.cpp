// Content that garbage collection takes away in the instant in which somebody comes to need it.
#include <utility>

#include "registry_fixture.hpp"
#include "support/wrapped_blob_store.hpp"

namespace larder::test {
namespace {

// Loses a blob as if it had been removed just before it is renewed, or just after it is put.
class LosingBlobStore final : public WrappedBlobStore {
 public:
  using WrappedBlobStore::WrappedBlobStore;

  bool loses = true;      // what is renewed
  bool losesPut = false;  // what is put next

  Task<Result<std::optional<storage::BlobInfo>>> renew(Digest digest) override {
    if (loses) {
      auto removed = co_await inner_->remove(digest);
      if (!removed) co_return core::fail(removed.error());
    }
    co_return co_await inner_->renew(digest);
  }
  Task<std::vector<Result<storage::BlobInfo>>> putAll(std::vector<storage::SmallBlob> blobs) override {
    auto digest = blobs.front().digest;
    auto stored = co_await inner_->putAll(std::move(blobs));
    if (stored.front() && std::exchange(losesPut, false)) {
      auto removed = co_await inner_->remove(digest);
      if (!removed) stored.front() = core::fail(removed.error());
    }
    co_return stored;
  }
};

class LinkRaceTest : public RegistryTest {
 protected:
  LinkRaceTest() { blobs_ = store_; }
  Result<void> tryPush(const std::string& content) {
    auto upload = threads_.run(registry().uploads().start("team/app", {})).value();
    return threads_.run(registry().uploads().finish("team/app", upload.id, std::nullopt, content.size(),
                                                    Digest::of(content), chunks({content})));
  }
  std::shared_ptr<LosingBlobStore> store_ = std::make_shared<LosingBlobStore>(blobs_);
};

TEST_F(LinkRaceTest, AnUploadIsNotAcknowledgedAndCanBeRepeated) {
  auto pushed = tryPush("layer");
  ASSERT_EQ(codeOf(pushed), ErrorCode::TooManyRequests);
  EXPECT_TRUE(pushed.error().retryAfter);
  EXPECT_EQ(codeOf(pullBlob("team/app", Digest::of("layer"))), ErrorCode::BlobUnknown);
  store_->loses = false;
  ASSERT_TRUE(tryPush("layer"));
  EXPECT_EQ(readAll(pullBlob("team/app", Digest::of("layer")).value()).value(), "layer");
}

TEST_F(LinkRaceTest, AMountBecomesAnUpload) {
  store_->loses = false;
  ASSERT_TRUE(tryPush("layer"));
  store_->loses = true;
  auto mounted = threads_.run(
      registry().blobs().mount("team/other", Digest::of("layer"), "team/app", [](const auto&) { return true; }));
  ASSERT_TRUE(mounted);
  EXPECT_FALSE(*mounted);
}

TEST_F(LinkRaceTest, AManifestIsStoredOnceMore) {
  store_->losesPut = true;
  auto content = imageJson("{}", {});
  ASSERT_TRUE(pushManifest("team/app", "v1", content));
  EXPECT_EQ(*pull("team/app", "v1").value().content, content);
}

}  // namespace
}  // namespace larder::test
