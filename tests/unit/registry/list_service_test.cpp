#include "registry_fixture.hpp"

namespace larder::test {
namespace {

class ListServiceTest : public RegistryTest {
 protected:
  Result<registry::Listing> tags(const std::string& repository, const std::string& last = "", std::size_t n = 100,
                                 const std::string& ns = "") {
    return threads_.run(registry().lists().tags(repository, ns, last, n));
  }
  Result<std::vector<registry::Referrer>> referrers(const std::string& repository, const Digest& subject,
                                                    const std::string& type = "") {
    return threads_.run(registry().lists().referrers(repository, subject, "", type));
  }
  using Names = std::vector<std::string>;
};

const std::string kRepository = "docker.io/library/nginx";

TEST_F(ListServiceTest, PagesTagsInOrder) {
  for (auto tag : {"b", "a", "d", "c"}) pushImage("team/app", tag);
  auto first = tags("team/app", "", 2);
  EXPECT_EQ(first->names, (Names{"a", "b"}));
  EXPECT_TRUE(first->more);
  auto second = tags("team/app", "b", 2);
  EXPECT_EQ(second->names, (Names{"c", "d"}));
  EXPECT_FALSE(second->more);
  EXPECT_TRUE(tags("team/app", "d", 2)->names.empty());
  EXPECT_TRUE(tags("team/app", "", 0)->names.empty());
  EXPECT_EQ(codeOf(tags("team/none")), ErrorCode::NameUnknown);
}

TEST_F(ListServiceTest, JoinsTheUpstreamsTags) {
  auto& hub = addHub();
  allowPush("docker.io/**");
  auto digest = hub.putManifest("library/nginx", "2", imageJson("config", {}));
  for (auto tag : {"9", "1", "4"}) hub.setTag("library/nginx", tag, digest);
  ASSERT_TRUE(pull(kRepository, "2"));
  pushImage(kRepository, "3");
  EXPECT_EQ(tags(kRepository)->names, (Names{"1", "2", "3", "4", "9"}));
  auto page = tags(kRepository, "1", 2);
  EXPECT_EQ(page->names, (Names{"2", "3"}));
  EXPECT_TRUE(page->more);
  EXPECT_EQ(hub.calls(UpstreamCall::Tags), 1u);
  clock_.advance(kInterval);
  EXPECT_EQ(tags(kRepository)->names.size(), 5u);
  EXPECT_EQ(hub.calls(UpstreamCall::Tags), 2u);
}

TEST_F(ListServiceTest, GivesLocalTagsWhenTheUpstreamIsAway) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "2", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "2"));
  hub.failAll(Error{ErrorCode::UpstreamUnavailable, "Down."});
  EXPECT_EQ(tags(kRepository)->names, Names{"2"});
  EXPECT_EQ(codeOf(tags("docker.io/library/none")), ErrorCode::UpstreamUnavailable);
}

TEST_F(ListServiceTest, KnowsNoTagsOfANameThatNobodyHas) {
  addHub();
  EXPECT_EQ(codeOf(tags("docker.io/library/none")), ErrorCode::NameUnknown);
}

TEST_F(ListServiceTest, ListsTheCatalogAsFarAsItMayBeRead) {
  for (auto name : {"a/1", "b/1", "a/2", "a/3"}) pushImage(name, "1");
  auto mayRead = [](const std::string& name) { return name.starts_with("a/"); };
  auto& lists = registry().lists();
  auto first = threads_.run(lists.catalog("", 2, mayRead));
  EXPECT_EQ(first->names, (Names{"a/1", "a/2"}));
  EXPECT_TRUE(first->more);
  auto second = threads_.run(lists.catalog("a/2", 2, mayRead));
  EXPECT_EQ(second->names, Names{"a/3"});
  EXPECT_FALSE(second->more);
  EXPECT_TRUE(threads_.run(lists.catalog("", 0, mayRead))->names.empty());
  EXPECT_EQ(threads_.run(lists.catalog("", SIZE_MAX, mayRead))->names.size(), 3u);
}

TEST_F(ListServiceTest, ListsReferrersByType) {
  auto subject = pushImage("team/app", "1");
  auto link = R"(,"subject":)" + descriptorJson(imageJson("{}", {}), kImageType);
  auto plain = pushManifest("team/app", "p", imageJson("{}", {}, link))->digest;
  auto typed =
      pushManifest("team/app", "t", imageJson("{}", {}, link + R"(,"artifactType":"a/sbom","annotations":{"k":"v"})"))
          ->digest;
  EXPECT_EQ(referrers("team/app", subject)->size(), 2u);
  auto sboms = referrers("team/app", subject, "a/sbom").value();
  ASSERT_EQ(sboms.size(), 1u);
  EXPECT_EQ(sboms[0].digest, typed);
  EXPECT_EQ(sboms[0].annotationsJson, R"({"k":"v"})");
  auto images = referrers("team/app", subject, "application/vnd.oci.image.config.v1+json").value();
  ASSERT_EQ(images.size(), 1u);
  EXPECT_EQ(images[0].digest, plain);
  EXPECT_TRUE(referrers("team/none", subject)->empty());
}

TEST_F(ListServiceTest, JoinsTheUpstreamsReferrers) {
  auto& hub = addHub();
  allowPush("docker.io/**");
  auto subject = hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  auto link = R"(,"subject":)" + descriptorJson(imageJson("config", {}), kImageType);
  push(kRepository, "{}");
  auto both = imageJson("{}", {}, link);
  pushManifest(kRepository, "both", both);
  hub.setReferrers("library/nginx", subject,
                   R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" +
                       descriptorJson(both, kImageType) + "," + descriptorJson("theirs", kImageType) + "]}");
  auto found = referrers(kRepository, subject).value();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].digest, Digest::of("theirs"));
  ASSERT_TRUE(referrers(kRepository, subject));
  EXPECT_EQ(hub.calls(UpstreamCall::Referrers), 1u);

  hub.setReferrers("library/nginx", subject, "no JSON");
  clock_.advance(std::chrono::minutes(2));
  EXPECT_EQ(referrers(kRepository, subject)->size(), 1u);
}

}  // namespace
}  // namespace larder::test
