#include "registry_fixture.hpp"

namespace larder::test {
namespace {

using ManifestPushTest = RegistryTest;

TEST_F(ManifestPushTest, KeepsTheBytesAndSetsTheTag) {
  push("team/app", "config");
  push("team/app", "layer");
  auto content = imageJson("config", {"layer"}) + "\n";
  auto put = pushManifest("team/app", "1", content);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->digest, Digest::of(content));
  EXPECT_EQ(put->tags, std::vector<std::string>{"1"});
  EXPECT_FALSE(put->subject);
  EXPECT_EQ(*pull("team/app", "1")->content, content);
  EXPECT_TRUE(threads_.run(registry().manifests().exists("team/app", Reference::ofTag("1"))).value());
  EXPECT_FALSE(threads_.run(registry().manifests().exists("team/app", Reference::ofTag("2"))).value());
}

TEST_F(ManifestPushTest, LeavesATagThatThePusherMayNotSet) {
  auto digest = pushImage("team/app", "1");
  push("team/app", "other");
  auto content = imageJson("other", {});
  registry::TagRights creates{true, false};
  registry::TagRights updates{false, true};
  EXPECT_EQ(codeOf(pushManifest("team/app", "1", content, {}, kImageType, creates)), ErrorCode::Conflict);
  EXPECT_EQ(codeOf(pushManifest("team/app", "2", content, {}, kImageType, updates)), ErrorCode::Conflict);
  EXPECT_EQ(pull("team/app", "1")->digest, digest);
  ASSERT_TRUE(pushManifest("team/app", "2", content, {}, kImageType, creates));
  ASSERT_TRUE(pushManifest("team/app", "1", content, {}, kImageType, updates));
  EXPECT_EQ(pull("team/app", "1")->digest, Digest::of(content));
}

TEST_F(ManifestPushTest, TakesAnImageWhoseLayerComesLater) {
  push("team/app", "config");
  ASSERT_TRUE(pushManifest("team/app", "1", imageJson("config", {"layer"})));
  EXPECT_EQ(codeOf(pullBlob("team/app", Digest::of("layer"))), ErrorCode::BlobUnknown);
  auto layer = push("team/app", "layer");
  EXPECT_TRUE(pullBlob("team/app", layer));
}

TEST_F(ManifestPushTest, GivesNoAccessToABlobByNamingIt) {
  auto secret = push("private/app", "secret");
  push("team/app", "config");
  ASSERT_TRUE(pushManifest("team/app", "1", imageJson("config", {"secret"})));
  // Nor as a foreign layer, nor in an index.
  auto foreign = R"({"schemaVersion":2,"mediaType":")" + kImageType + R"(","config":)" +
                 descriptorJson("config", "application/vnd.oci.image.config.v1+json") +
                 R"(,"layers":[{"mediaType":"a/b","size":6,"urls":["https://x.test/"],"digest":")" + secret.toString() +
                 R"("}]})";
  ASSERT_TRUE(pushManifest("team/app", "1", foreign));
  auto index = R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" +
               descriptorJson("secret", "application/vnd.cache.layer") + "]}";
  ASSERT_TRUE(pushManifest("team/app", "2", index, {}, kIndexType));
  EXPECT_EQ(codeOf(pullBlob("team/app", secret)), ErrorCode::BlobUnknown);
}

TEST_F(ManifestPushTest, TakesAnIndexWhoseChildrenAreElsewhere) {
  auto index = R"({"schemaVersion":2,"manifests":[)" + descriptorJson("elsewhere", kImageType) + "]}";
  EXPECT_TRUE(pushManifest("team/app", "1", index, {}, kIndexType));
}

TEST_F(ManifestPushTest, TakesASubjectThatIsMissing) {
  push("team/app", "config");
  auto subject = Digest::of("subject");
  auto put =
      pushManifest("team/app", "1", imageJson("config", {}, R"(,"subject":)" + descriptorJson("subject", kImageType)));
  ASSERT_TRUE(put);
  EXPECT_EQ(put->subject, subject);
}

TEST_F(ManifestPushTest, ChecksTheDigestThatItIsPushedBy) {
  push("team/app", "config");
  auto content = imageJson("config", {});
  EXPECT_EQ(codeOf(pushManifest("team/app", Digest::of("other").toString(), content)), ErrorCode::DigestInvalid);
  auto sha512 = Digest::of(content, core::DigestAlgorithm::Sha512);
  auto put = pushManifest("team/app", sha512.toString(), content, {"a", "b", "a"});
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(pull("team/app", "b")->digest, sha512);
}

TEST_F(ManifestPushTest, RefusesWhatIsNoManifest) {
  EXPECT_EQ(codeOf(pushManifest("team/app", "1", "no JSON")), ErrorCode::ManifestInvalid);
  EXPECT_EQ(codeOf(pushManifest("team/app", "1", std::string(4 * 1024 * 1024 + 1, ' '))), ErrorCode::TooLarge);
  auto digest = Digest::of("{}").toString();
  EXPECT_EQ(codeOf(pushManifest("team/app", digest, "{}", {"not a tag"})), ErrorCode::ManifestInvalid);
}

TEST_F(ManifestPushTest, BoundsTheTagsOfOnePush) {
  push("team/app", "config");
  auto content = imageJson("config", {});
  std::vector<std::string> tags;
  for (int i = 0; i < 101; ++i) tags.push_back("t" + std::to_string(i));
  EXPECT_EQ(codeOf(pushManifest("team/app", Digest::of(content).toString(), content, tags)),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(codeOf(pushManifest("team/app", Digest::of(content).toString(), content, {"-bad"})), ErrorCode::TagInvalid);
}

TEST_F(ManifestPushTest, AnswersAPushedTagAnewFromMemory) {
  auto before = pushImage("team/app", "1", "old");
  ASSERT_EQ(pull("team/app", "1")->digest, before);
  ASSERT_EQ(ready("team/app", "1")->answer.digest, before);
  auto after = pushImage("team/app", "1", "new");
  EXPECT_EQ(ready("team/app", "1"), nullptr);
  EXPECT_EQ(pull("team/app", "1")->digest, after);
}

TEST_F(ManifestPushTest, KeepsToMaxRepos) {
  config_.storage.maxRepos = 1;
  pushImage("team/app", "1");
  auto refused = threads_.run(registry().uploads().start("team/second", {}));
  ASSERT_EQ(codeOf(refused), ErrorCode::TooManyRequests);
  EXPECT_EQ(refused.error().where, "storage.maxRepos=1");
  EXPECT_EQ(codeOf(pushManifest("team/second", "1", imageJson("{}", {}))), ErrorCode::TooManyRequests);
  pushImage("team/app", "2");
  addHub().putManifest("library/nginx", "1", imageJson("{}", {}));
  registry().reconfigure(snapshot());
  EXPECT_TRUE(pull("docker.io/library/nginx", "1"));
  EXPECT_FALSE(threads_.run(meta_->repository("docker.io/library/nginx")).value()) << "what is pulled passes through";
}

TEST_F(ManifestPushTest, RemovesATagAlone) {
  auto digest = pushImage("team/app", "1");
  ASSERT_TRUE(pull("team/app", "1"));
  auto& manifests = registry().manifests();
  ASSERT_TRUE(threads_.run(manifests.remove("team/app", Reference::ofTag("1"), false)));
  EXPECT_EQ(ready("team/app", "1"), nullptr);
  EXPECT_EQ(codeOf(pull("team/app", "1")), ErrorCode::ManifestUnknown);
  EXPECT_TRUE(pull("team/app", digest.toString()));
  EXPECT_EQ(codeOf(threads_.run(manifests.remove("team/app", Reference::ofTag("1"), false))),
            ErrorCode::ManifestUnknown);
}

TEST_F(ManifestPushTest, RemovesAManifestWithItsTagsAndKeepsReferrers) {
  auto digest = pushImage("team/app", "1");
  auto referrer = imageJson("{}", {}, R"(,"subject":)" + descriptorJson(imageJson("{}", {}), kImageType));
  auto kept = pushManifest("team/app", "signature", referrer)->digest;
  ASSERT_TRUE(threads_.run(registry().manifests().remove("team/app", Reference::ofDigest(digest), false)));
  EXPECT_EQ(codeOf(pull("team/app", digest.toString())), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(pull("team/app", "1")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(pull("team/app", "signature")->digest, kept);
  EXPECT_EQ(codeOf(threads_.run(registry().manifests().remove("team/app", Reference::ofDigest(digest), false))),
            ErrorCode::ManifestUnknown);
}

}  // namespace
}  // namespace larder::test
