#include <algorithm>
#include <set>

#include "registry_fixture.hpp"

namespace larder::test {
namespace {

class ListServiceTest : public RegistryTest {
 protected:
  Result<registry::Listing> tags(const std::string& repository, const std::string& last = "", std::size_t n = 100,
                                 const std::string& ns = "") {
    return threads_.run(registry().lists().tags(repository, ns, last, n));
  }
  Result<registry::ReferrersPage> page(const std::string& repository, const Digest& subject,
                                       registry::ReferrersQuery query = {}) {
    return threads_.run(registry().lists().referrers(repository, subject, "", std::move(query)));
  }
  Result<std::vector<registry::Referrer>> referrers(const std::string& repository, const Digest& subject,
                                                    const std::string& type = "") {
    return page(repository, subject, {type}).map([](registry::ReferrersPage found) { return found.items; });
  }
  using Names = std::vector<std::string>;
};

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
  EXPECT_EQ(std::set({found[0].digest, found[1].digest}), std::set({Digest::of(both), Digest::of("theirs")}));
  ASSERT_TRUE(referrers(kRepository, subject));
  EXPECT_EQ(hub.calls(UpstreamCall::Referrers), 1u);

  hub.setReferrers("library/nginx", subject, "no JSON");
  clock_.advance(std::chrono::minutes(2));
  EXPECT_EQ(referrers(kRepository, subject)->size(), 1u);
}

// What stands in the store and what the upstream says, with so many bytes of annotations each.
TEST_F(ListServiceTest, PagesReferrersByBytes) {
  auto& hub = addHub();
  allowPush("docker.io/**");
  auto subject = hub.putManifest("library/nginx", "1", imageJson("config", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  auto link = R"(,"subject":)" + descriptorJson(imageJson("config", {}), kImageType);
  auto note = R"(,"annotations":{"note":")" + std::string(60'000, 'x') + "\"}";
  push(kRepository, "{}");
  std::set<Digest> expected;
  std::string theirs;
  for (int i = 0; i < 30; ++i) {
    auto mine = imageJson("{}", {}, link + note + R"(,"artifactType":"test/)" + std::to_string(i) + "\"");
    ASSERT_TRUE(pushManifest(kRepository, Digest::of(mine).toString(), mine));
    auto descriptor = descriptorJson("theirs" + std::to_string(i), kImageType);
    descriptor.pop_back();
    theirs += (i == 0 ? "" : ",") + descriptor + note + "}";
    expected.insert(Digest::of(mine));
    expected.insert(Digest::of("theirs" + std::to_string(i)));
  }
  hub.setReferrers("library/nginx", subject,
                   R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" + theirs + "]}");
  // A slow machine reads it for longer than a client is kept waiting. It is read to the end all the same, and kept;
  // what is here alone fits on one page.
  auto end = std::chrono::steady_clock::now() + kTaskTimeout;
  while (!page(kRepository, subject)->more && std::chrono::steady_clock::now() < end) {
  }
  std::vector<Digest> found;
  registry::ReferrersQuery query;
  for (int pages = 1; pages <= 4; ++pages) {
    auto read = page(kRepository, subject, query).value();
    std::size_t bytes = 0;
    for (const auto& one : read.items) {
      bytes += one.annotationsJson.size();
      found.push_back(one.digest);
    }
    EXPECT_LE(bytes, 2U << 20);
    EXPECT_EQ(read.more, pages < 2) << pages;
    if (!read.more) break;
    query.after = read.items.back().digest;
  }
  EXPECT_TRUE(std::ranges::is_sorted(found));
  EXPECT_EQ(found.size(), expected.size()) << "each once";
  EXPECT_EQ(std::set(found.begin(), found.end()), expected);
  EXPECT_EQ(hub.calls(UpstreamCall::Referrers), 1U) << "the pages are of one list";
}

TEST_F(ListServiceTest, CutsAnnotationsOfReferrers) {
  auto subject = pushImage("team/app", "1");
  auto link = R"(,"subject":)" + descriptorJson(imageJson("{}", {}), kImageType);
  auto notes = R"(,"annotations":{"a":"short","b":")" + std::string(1'000'000, 'x') + R"(","c":"also short"})";
  ASSERT_TRUE(pushManifest("team/app", "long", imageJson("{}", {}, link + notes)));
  auto found = referrers("team/app", subject).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].annotationsJson, R"({"a":"short","c":"also short"})");
}

}  // namespace
}  // namespace larder::test
