// tags/list, _catalog, referrers and the extensions.
#include "api_fixture.hpp"

namespace larder::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

class ListsTest : public ApiTest {
 protected:
  Json json(http::Response& response) { return Json::parse(text(response)); }
};

TEST_F(ListsTest, TagsAreAllListedWithoutN) {
  registry.tagLists["app"] = {"a", "b", "c"};
  auto response = get("/v2/app/tags/list");
  auto body = json(response);
  EXPECT_EQ(body["name"], "app");
  EXPECT_EQ(body["tags"], (Names{"a", "b", "c"}));
  EXPECT_EQ(response.field("Link"), "");
}

TEST_F(ListsTest, PagesAreLinked) {
  registry.tagLists["team/app"] = {"a", "b", "c"};
  auto first = get("/v2/team/app/tags/list?n=2");
  EXPECT_EQ(json(first)["tags"], (Names{"a", "b"}));
  EXPECT_EQ(first.field("Link"), "</v2/team/app/tags/list?n=2&last=b>; rel=\"next\"");
  auto second = get("/v2/team/app/tags/list?n=2&last=b");
  EXPECT_EQ(json(second)["tags"], (Names{"c"}));
  EXPECT_EQ(second.field("Link"), "");
}

TEST_F(ListsTest, LinksKeepTheNamespace) {
  registry.tagLists["app"] = {"a", "b"};
  auto response = get("/v2/app/tags/list?n=1&ns=localhost%3A5000");
  EXPECT_EQ(response.field("Link"), "</v2/app/tags/list?n=1&last=a&ns=localhost%3A5000>; rel=\"next\"");
}

TEST_F(ListsTest, NoughtTagsIsAnEmptyPage) {
  registry.tagLists["app"] = {"a"};
  auto response = get("/v2/app/tags/list?n=0");
  EXPECT_EQ(json(response)["tags"], Names{});
  EXPECT_EQ(response.field("Link"), "");
  EXPECT_EQ(get("/v2/none/tags/list?n=0").status, 404);
}

TEST_F(ListsTest, HugeNumbersAreCutDown) {
  registry.tagLists["app"] = {"a"};
  registry.repositories = {"app"};
  for (const char* n : {"2147483647", "9223372036854775807", "99999999999999999999999999"}) {
    EXPECT_EQ(get(std::string("/v2/app/tags/list?n=") + n).status, 200);
    EXPECT_EQ(registry.askedNames, 10000U);
    EXPECT_EQ(get(std::string("/v2/_catalog?n=") + n).status, 200);
    EXPECT_EQ(registry.askedNames, 10000U);
  }
}

TEST_F(ListsTest, WhatIsNoNumberIsRefused) {
  registry.tagLists["app"] = {"a"};
  for (const char* n : {"", "-1", "x", "1.5", "0x10", "+1"}) {
    EXPECT_EQ(get(std::string("/v2/app/tags/list?n=") + n).status, 400) << n;
  }
  EXPECT_EQ(get("/v2/app/tags/list?last=" + std::string(300, 'a')).status, 400);
}

TEST_F(ListsTest, CatalogIsPaged) {
  registry.repositories = {"a", "b/c", "d"};
  auto response = get("/v2/_catalog?n=2");
  EXPECT_EQ(json(response)["repositories"], (Names{"a", "b/c"}));
  EXPECT_EQ(response.field("Link"), "</v2/_catalog?n=2&last=b/c>; rel=\"next\"");
  auto none = get("/v2/_catalog?n=0");
  EXPECT_EQ(json(none)["repositories"], Names{});
}

TEST_F(ListsTest, ReferrersAreAnIndex) {
  registry.referrerList = {
      {Digest::of("a"), "application/vnd.oci.image.manifest.v1+json", 3, "application/vnd.sbom", R"({"key":"value"})"},
      {Digest::of("b"), "application/vnd.oci.image.manifest.v1+json", 4, "application/vnd.sig", ""}};
  auto target = "/v2/app/referrers/" + Digest::of("subject").toString();
  auto all = get(target);
  EXPECT_EQ(all.field("Content-Type"), "application/vnd.oci.image.index.v1+json");
  EXPECT_EQ(all.field("OCI-Filters-Applied"), "");
  auto body = json(all);
  EXPECT_EQ(body["schemaVersion"], 2);
  EXPECT_EQ(body["mediaType"], "application/vnd.oci.image.index.v1+json");
  EXPECT_EQ(body["manifests"].size(), 2U);

  auto filtered = get(target + "?artifactType=application/vnd.sbom");
  EXPECT_EQ(filtered.field("OCI-Filters-Applied"), "artifactType");
  auto manifests = json(filtered)["manifests"];
  ASSERT_EQ(manifests.size(), 1U);
  EXPECT_EQ(manifests[0]["artifactType"], "application/vnd.sbom");
  EXPECT_EQ(manifests[0]["annotations"]["key"], "value");
}

TEST_F(ListsTest, ReferrersOfTheUnknownAreAnEmptyIndex) {
  registry.record.failure = core::Error{ErrorCode::NameUnknown, "No such repository."};
  auto response = get("/v2/app/referrers/" + Digest::of("subject").toString());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json(response)["manifests"], Json::array());
  EXPECT_EQ(get("/v2/app/referrers/v1").status, 400);
}

TEST_F(ListsTest, ManyReferrersArePaged) {
  registry.referrersPage = 25;
  for (int i = 0; i < 60; ++i) {
    registry.referrerList.push_back({Digest::of(std::to_string(i)), "application/vnd.oci.image.manifest.v1+json", 1,
                                     i % 2 == 0 ? "a/note" : "a b", R"({"note":"\"x\""})"});
  }
  std::string subject = "/v2/app/referrers/" + Digest::of("subject").toString();
  auto read = [&](std::string target) {
    std::set<std::string> seen;
    std::size_t pages = 0;
    for (; !target.empty() && pages < 9; ++pages) {
      auto response = get(target);
      auto index = json(response);
      for (const auto& manifest : index["manifests"]) {
        EXPECT_TRUE(seen.insert(manifest["digest"].get<std::string>()).second);
        EXPECT_EQ(manifest["annotations"]["note"], "\"x\"");
      }
      std::string link(response.field("Link"));
      target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    }
    return std::pair(seen.size(), pages);
  };
  EXPECT_EQ(read(subject), std::pair(std::size_t{60}, std::size_t{3}));
  EXPECT_EQ(read(subject + "?artifactType=a%20b"), std::pair(std::size_t{30}, std::size_t{2}))
      << "links keep the filter";
  EXPECT_EQ(get(subject + "?last=nonsense").status, 400);
}

TEST_F(ListsTest, ExtensionsAreListed) {
  auto response = get("/v2/_oci/ext/discover");
  EXPECT_EQ(json(response)["extensions"], Json::array());
}

}  // namespace
}  // namespace larder::test
