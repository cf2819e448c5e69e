#include "registry_fixture.hpp"

namespace larder::test {
namespace {

class LintTest : public RegistryTest {
 protected:
  LintTest() {
    config_.extensions.lint = true;
    config_.extensions.lintMandatoryAnnotations = {"org.example.owner", "org.example.team"};
  }
  static std::string annotated(const std::string& annotations) { return R"(,"annotations":)" + annotations; }
};

TEST_F(LintTest, RefusesAnImageWithoutItsAnnotations) {
  push("team/app", "{}");
  auto refused = pushManifest("team/app", "1", imageJson("{}", {}, annotated(R"({"org.example.owner":"me"})")));
  ASSERT_EQ(codeOf(refused), ErrorCode::ManifestInvalid);
  EXPECT_NE(refused.error().message.find("org.example.team"), std::string::npos);
  EXPECT_EQ(refused.error().message.find("org.example.owner"), std::string::npos);
  EXPECT_EQ(codeOf(pull("team/app", "1")), ErrorCode::ManifestUnknown);
}

TEST_F(LintTest, TakesThemFromTheManifestAndFromTheLabelsOfItsConfig) {
  std::string config = R"({"config":{"Labels":{"org.example.team":"us"}}})";
  push("team/app", config);
  EXPECT_TRUE(pushManifest("team/app", "1", imageJson(config, {}, annotated(R"({"org.example.owner":"me"})"))));
  EXPECT_TRUE(pushManifest(
      "team/app", "2", imageJson("elsewhere", {}, annotated(R"({"org.example.owner":"me","org.example.team":"us"})"))));
}

TEST_F(LintTest, ReadsLongOnesToo) {
  std::string rest(100'000, 'x');
  std::string config = R"({"config":{"Labels":{"org.example.team":"us","rest":")" + rest + R"("}}})";
  push("team/app", config);
  auto annotations = annotated(R"({"org.example.owner":"me","rest":")" + rest + "\"}");
  EXPECT_TRUE(pushManifest("team/app", "1", imageJson(config, {}, annotations)));
}

TEST_F(LintTest, DoesNotTrustAConfigThatCannotBeReadThere) {
  std::string config = R"({"config":{"Labels":{"org.example.team":"us","org.example.owner":"me"}}})";
  push("other/app", config);
  EXPECT_EQ(codeOf(pushManifest("team/app", "1", imageJson(config, {}))), ErrorCode::ManifestInvalid);
  for (const std::string odd : {"[]", R"({"config":[]})", R"({"config":{"Labels":null}})", "no json"}) {
    push("team/app", odd);
    EXPECT_EQ(codeOf(pushManifest("team/app", "1", imageJson(odd, {}))), ErrorCode::ManifestInvalid) << odd;
  }
}

TEST_F(LintTest, AsksNothingOfWhatIsNoImage) {
  EXPECT_TRUE(pushManifest("team/app", "index", R"({"schemaVersion":2,"manifests":[]})", {}, kIndexType));
  auto signature = R"({"schemaVersion":2,"mediaType":")" + kImageType + R"(","config":)" +
                   descriptorJson("{}", "application/vnd.oci.empty.v1+json") + R"(,"layers":[]})";
  EXPECT_TRUE(pushManifest("team/app", "signature", signature));
}

TEST_F(LintTest, IsOffUnlessEnabled) {
  config_.extensions.lint = false;
  EXPECT_TRUE(pushManifest("team/app", "1", imageJson("{}", {})));
}

}  // namespace
}  // namespace larder::test
