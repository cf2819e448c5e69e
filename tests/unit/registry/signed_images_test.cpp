#include "registry_fixture.hpp"

namespace larder::test {
namespace {

const std::string kName = "library/nginx";

class SignedImagesTest : public RegistryTest {
 protected:
  SignedImagesTest() : hub(addHub()) { rule().onlySigned = true; }

  config::SyncRegistry& rule() { return config_.extensions.sync->registries.back(); }
  static std::string cosignTag(const Digest& digest) { return "sha256-" + digest.hex() + ".sig"; }
  void signByTag(const Digest& digest) { hub.putManifest(kName, cosignTag(digest), imageJson("signature", {})); }
  // The upstream lists a referrer of this type.
  void attach(const Digest& subject, const std::string& artifactType) {
    auto entry = descriptorJson("referrer", kImageType);
    entry.insert(entry.size() - 1, R"(,"artifactType":")" + artifactType + '"');
    hub.setReferrers(kName, subject,
                     R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" + entry + "]}");
  }
  std::size_t lookUps() const { return hub.calls(UpstreamCall::HeadManifest) + hub.calls(UpstreamCall::Referrers); }

  FakeUpstreamSource& hub;
};

TEST_F(SignedImagesTest, RefusesAnUnsignedOneAndRemembersThat) {
  auto digest = hub.putManifest(kName, "1", imageJson("config", {}));
  attach(digest, "application/vnd.example.sbom");
  for (int i = 0; i < 2; ++i) {
    auto refused = pull(kRepository, "1");
    ASSERT_EQ(codeOf(refused), ErrorCode::ManifestUnknown);
    EXPECT_NE(refused.error().message.find("onlySigned"), std::string::npos);
  }
  EXPECT_EQ(hub.calls(UpstreamCall::GetManifest), 1u);
  EXPECT_EQ(lookUps(), 2u);
  EXPECT_FALSE(threads_.run(meta_->repository(kRepository)).value());
  EXPECT_EQ(codeOf(pull(kRepository, digest.toString())), ErrorCode::ManifestUnknown);
}

TEST_F(SignedImagesTest, TakesOneWithCosignsTagForOneLookUp) {
  auto digest = hub.putManifest(kName, "1", imageJson("config", {}));
  hub.setTag(kName, "same", digest);
  signByTag(digest);
  ASSERT_TRUE(pull(kRepository, "1"));
  EXPECT_EQ(hub.calls(UpstreamCall::HeadManifest), 1u);
  EXPECT_EQ(hub.calls(UpstreamCall::Referrers), 0u);
  ASSERT_TRUE(pull(kRepository, digest.toString()));
  ASSERT_TRUE(pull(kRepository, "same"));
  EXPECT_EQ(lookUps(), 1u) << "a digest that is here was let in before";
}

TEST_F(SignedImagesTest, TakesOneWithASignatureAmongItsReferrers) {
  rule().syncLegacyCosignTags = false;
  int number = 0;
  for (const char* type : {"application/vnd.cncf.notary.signature", "application/vnd.dev.cosign.artifact.sig.v1+json",
                           "application/vnd.dev.sigstore.bundle.v0.3+json"}) {
    auto tag = std::to_string(++number);
    attach(hub.putManifest(kName, tag, imageJson("config" + tag, {})), type);
    EXPECT_TRUE(pull(kRepository, tag)) << type;
  }
  signByTag(hub.putManifest(kName, "old", imageJson("old", {})));
  EXPECT_EQ(codeOf(pull(kRepository, "old")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(hub.calls(UpstreamCall::HeadManifest), 0u);
}

TEST_F(SignedImagesTest, TakesThePlatformsOfASignedIndexUnasked) {
  auto image = imageJson("config", {});
  auto child = hub.putManifest(kName, "", image);
  auto other = hub.putManifest(kName, "", imageJson("other", {}));
  auto index = R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" +
               descriptorJson(image, kImageType) + "]}";
  signByTag(hub.putManifest(kName, "1", index, kIndexType));
  EXPECT_EQ(codeOf(pull(kRepository, child.toString())), ErrorCode::ManifestUnknown);
  ASSERT_TRUE(pull(kRepository, "1"));
  clock_.advance(std::chrono::minutes(1));
  auto before = lookUps();
  EXPECT_TRUE(pull(kRepository, child.toString()));
  EXPECT_EQ(lookUps(), before);
  EXPECT_EQ(codeOf(pull(kRepository, other.toString())), ErrorCode::ManifestUnknown);
}

TEST_F(SignedImagesTest, TakesWhatIsAttachedToAnImage) {
  auto image = imageJson("config", {});
  auto digest = hub.putManifest(kName, "1", image);
  signByTag(digest);
  auto attached = [&](const std::string& type) {
    return imageJson("{}", {}, R"(,"artifactType":")" + type + R"(","subject":)" + descriptorJson(image, kImageType));
  };
  auto signature = hub.putManifest(kName, "", attached("application/vnd.cncf.notary.signature"));
  auto sbom = hub.putManifest(kName, "sbom", attached("application/vnd.example.sbom"));
  EXPECT_TRUE(pull(kRepository, cosignTag(digest)));
  EXPECT_TRUE(pull(kRepository, signature.toString()));
  EXPECT_EQ(codeOf(pull(kRepository, sbom.toString())), ErrorCode::ManifestUnknown);
  ASSERT_TRUE(pull(kRepository, "1"));
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(codeOf(pull(kRepository, "sbom")), ErrorCode::ManifestUnknown) << "by a tag it is an image like others";
  EXPECT_TRUE(pull(kRepository, sbom.toString()));
}

TEST_F(SignedImagesTest, TakesNoImageForSomethingAttached) {
  auto signedImage = imageJson("config", {"layer"});
  signByTag(hub.putManifest(kName, "1", signedImage));
  ASSERT_TRUE(pull(kRepository, "1"));
  auto image = imageJson("evil", {"evil layer"});
  auto digest = hub.putManifest(kName, "evil", image);
  hub.setTag(kName, "sha256-" + std::string(64, 'a') + ".sig", digest);
  auto attached = hub.putManifest(kName, "attached",
                                  imageJson("evil", {"other layer"},
                                            R"(,"artifactType":"application/vnd.cncf.notary.signature","subject":)" +
                                                descriptorJson(signedImage, kImageType)));
  auto index = R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" +
               descriptorJson(image, kImageType) + "]}";
  auto listed = "sha256-" + std::string(64, 'b');
  hub.putManifest(kName, listed, index, kIndexType);
  auto pair = hub.putManifest(
      kName, "pair",
      index.substr(0, index.size() - 1) + R"(,"subject":)" + descriptorJson(signedImage, kImageType) + "}", kIndexType);
  for (const auto& reference : {"sha256-" + std::string(64, 'a') + ".sig", attached.toString(), std::string("attached"),
                                listed, pair.toString(), digest.toString(), std::string("evil")}) {
    EXPECT_EQ(codeOf(pull(kRepository, reference)), ErrorCode::ManifestUnknown) << reference;
    clock_.advance(std::chrono::minutes(1));
  }
}

TEST_F(SignedImagesTest, KeepsTheSignedOneWhenItsTagMovesToAnUnsigned) {
  auto old = hub.putManifest(kName, "1", imageJson("old", {}));
  signByTag(old);
  ASSERT_TRUE(pull(kRepository, "1"));
  hub.putManifest(kName, "1", imageJson("new", {}));
  clock_.advance(kInterval);
  auto kept = pull(kRepository, "1");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->digest, old);
  EXPECT_EQ(kept->cache, CacheState::Stale);
}

TEST_F(SignedImagesTest, TakesNoOutageForAnAbsentSignature) {
  auto digest = hub.putManifest(kName, "1", imageJson("config", {}));
  attach(digest, "application/vnd.cncf.notary.signature");
  hub.fail(UpstreamCall::HeadManifest, {ErrorCode::UpstreamUnavailable, "away"});
  EXPECT_EQ(codeOf(pull(kRepository, "1")), ErrorCode::UpstreamUnavailable);
  hub.succeed();
  EXPECT_TRUE(pull(kRepository, "1"));
}

TEST_F(SignedImagesTest, GoesOnToTheNextRuleAfterAnUnsignedOne) {
  addContent(addRule({"https://second.test"}), "**", "/docker.io");
  auto& second = upstream("https://second.test", "second.test");
  hub.putManifest(kName, "1", imageJson("unsigned", {}));
  auto digest = second.putManifest(kName, "1", imageJson("second", {}));
  auto pulled = pull(kRepository, "1");
  ASSERT_TRUE(pulled) << pulled.error().message;
  EXPECT_EQ(pulled->digest, digest);
  EXPECT_EQ(pulled->upstream, "second.test");
}

}  // namespace
}  // namespace larder::test
