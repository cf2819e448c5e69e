// Tags, repositories and referrers in pages.
#include <boost/asio/post.hpp>

#include "fixtures.hpp"
#include "larder/core/media_types.hpp"

namespace larder::upstream {
namespace {

class OciLists : public OciSourceTest {
 protected:
  Result<std::vector<std::string>> tags(UpstreamSource& source, const std::string& name, std::size_t limit = 10000) {
    return run(source.tags(name, limit, in(kPatience)));
  }
  static void tag(const std::string& repository, int count) {
    auto names = nlohmann::json::array();
    for (int i = 0; i < count; ++i) names.push_back("v" + std::to_string(1000 + i));
    registry().control("tags", {{"repository", repository}, {"tags", names}, {"image", "img/1x1k/tagged"}});
  }
};

TEST_F(OciLists, FollowsThePages) {
  tag("lib/paged", 2500);
  auto names = valueOf(tags(*source(), "lib/paged"));
  EXPECT_EQ(names.size(), 2500U);
  EXPECT_EQ(names.front(), "v1000");
  EXPECT_EQ(names.back(), "v3499");
  EXPECT_EQ(registry().count("GET tags"), 3);
}

TEST_F(OciLists, LongAnswersAreTakenApartOnTheBlockingPool) {
  runtime::Runtime pool({.ioThreads = 1, .blockingThreads = 1});
  pool.start();
  std::promise<void> release;
  boost::asio::post(pool.blocking(), [until = release.get_future().share()] { until.wait(); });
  auto upstream = makeOciSource(client_, pool.blocking(), options());
  auto answer = [](const char* kind, std::string body, std::size_t padding) {
    body.insert(body.size() - 1, padding, ' ');
    registry().fault(
        {{"fault", "body"}, {"kind", kind}, {"body", body}, {"type", core::media::kOciIndex}, {"count", 1}});
  };
  const std::string tags = R"({"tags":["v1"]})", index = R"({"manifests":[]})";
  auto subject = Digest::of("subject");
  auto latest = Reference::ofTag("latest");
  // What is short is read where it arrives.
  answer("tags", tags, 1000);
  EXPECT_EQ(valueOf(run(upstream->tags("lib/short", 10, in(kPatience)))), std::vector<std::string>{"v1"});
  answer("manifest", index, 1000);
  EXPECT_TRUE(run(upstream->getManifest("lib/short", latest, in(kPatience))));

  answer("tags", tags, 100'000);
  auto names = threads_.start(upstream->tags("lib/long", 10, in(kPatience)));
  answer("manifest", index, 100'000);
  auto manifest = threads_.start(upstream->getManifest("lib/long", latest, in(kPatience)));
  answer("referrers", index, 100'000);
  auto referrers = threads_.start(upstream->referrers("lib/long", subject, in(kPatience)));
  EXPECT_EQ(names.wait_for(milliseconds(500)), std::future_status::timeout);
  EXPECT_EQ(manifest.wait_for(milliseconds(0)), std::future_status::timeout);
  EXPECT_EQ(referrers.wait_for(milliseconds(0)), std::future_status::timeout);
  release.set_value();
  EXPECT_EQ(valueOf(test::TestRuntime::await(std::move(names))), std::vector<std::string>{"v1"});
  EXPECT_EQ(valueOf(test::TestRuntime::await(std::move(manifest))).content.size(), index.size() + 100'000);
  EXPECT_EQ(nlohmann::json::parse(valueOf(test::TestRuntime::await(std::move(referrers))))["manifests"].size(), 0U);
  pool.stop();
  pool.join();
}

TEST_F(OciLists, StopsAtTheLimit) {
  tag("lib/limited", 50);
  EXPECT_EQ(valueOf(tags(*source(), "lib/limited", 7)).size(), 7U);
  EXPECT_EQ(registry().requests("tags").at(0)["query"]["n"], "7");
  EXPECT_EQ(registry().count("GET tags"), 1);
}

TEST_F(OciLists, DropsNamesOutsideTheGrammar) {
  registry().fault({{"fault", "body"}, {"kind", "tags"}, {"body", R"({"tags":["ok","../x","a b",7,null,"ok2"]})"}});
  EXPECT_EQ(valueOf(tags(*source(), "lib/odd")), (std::vector<std::string>{"ok", "ok2"}));
}

TEST_F(OciLists, TakesAnEmptyListForNone) {
  registry().fault({{"fault", "body"}, {"kind", "tags"}, {"body", R"({"name":"x","tags":null})"}});
  EXPECT_TRUE(valueOf(tags(*source(), "lib/none")).empty());
}

TEST_F(OciLists, RefusesWhatIsNoList) {
  registry().fault({{"fault", "body"}, {"kind", "tags"}, {"body", "<html>"}});
  EXPECT_EQ(codeOf(tags(*source(), "lib/html")), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(codeOf(tags(*source(), "lib/unknown")), ErrorCode::UpstreamNotFound);
}

TEST_F(OciLists, EndsEndlessPages) {
  tag("lib/endless", 3);
  registry().configure({{"headers", {{"Link", "</v2/lib/endless/tags/list?n=1000>; rel=\"next\""}}}});
  EXPECT_EQ(valueOf(tags(*source(), "lib/endless", 1000)).size(), 3U) << "a page that names itself is the last";
}

TEST_F(OciLists, EndsAListThatGrowsBeyondItsBound) {
  auto page = R"({"tags":["v1"])" + std::string(3'500'000, ' ') + "}";
  for (int i = 0; i < 6; ++i) {
    registry().fault(
        {{"fault", "status"},
         {"kind", "tags"},
         {"status", 200},
         {"body", page},
         {"count", 1},
         {"headers", {{"Link", "</v2/lib/grows/tags/list?last=" + std::to_string(i) + ">; rel=\"next\""}}}});
  }
  auto names = tags(*source(), "lib/grows");
  EXPECT_EQ(codeOf(names), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(registry().count("GET tags"), 5);
}

TEST_F(OciLists, NestsNoDeeperThanAStack) {
  for (const auto* open : {"[", "{\"a\":"}) {
    std::string deep = R"({"manifests":[{"annotations":)";
    for (int i = 0; i < 200'000; ++i) deep += open;
    registry().fault({{"fault", "body"}, {"kind", "referrers"}, {"body", deep}, {"count", -1}});
    auto found = run(source()->referrers("lib/deep", core::Digest::of("x"), in(kPatience)));
    EXPECT_EQ(codeOf(found), ErrorCode::UpstreamNotFound) << "the referrers tag is asked for then, and is not there";
  }
}

TEST_F(OciLists, NeverFollowsALinkToAnotherHost) {
  tag("lib/away", 3);
  auto link = "<" + registry().otherUrl() + "/v2/lib/away/tags/list?last=x>; rel=\"next\"";
  registry().configure({{"headers", {{"Link", link}}}});
  EXPECT_EQ(codeOf(tags(*source(), "lib/away")), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(registry().count("GET tags"), 1);
}

TEST_F(OciLists, ListsRepositories) {
  registry().configure({{"auth", "token"}, {"catalog", {"a/b", "c", "UPPER"}}});
  auto names = valueOf(run(source()->catalog(100, in(kPatience))));
  EXPECT_EQ(names, (std::vector<std::string>{"a/b", "c"}));
  EXPECT_EQ(registry().requests("token").at(0)["query"]["scope"], "registry:catalog:*");
}

TEST_F(OciLists, TakesReferrersFromTheApi) {
  registry().configure({{"referrers", "api"}});
  auto subject = Digest::of("subject");
  auto index = nlohmann::json::parse(valueOf(run(source()->referrers("img/1x1k/r", subject, in(kPatience)))));
  EXPECT_EQ(index["mediaType"], core::media::kOciIndex);
  ASSERT_EQ(index["manifests"].size(), 1U);
  EXPECT_EQ(index["manifests"][0]["artifactType"], "application/vnd.test.signature");
}

TEST_F(OciLists, FallsBackToTheReferrersTag) {
  registry().configure({{"referrers", "tag"}});
  auto subject = Digest::of("subject");
  auto index = nlohmann::json::parse(valueOf(run(source()->referrers("lib/none", subject, in(kPatience)))));
  EXPECT_EQ(index["manifests"].size(), 1U);
  EXPECT_TRUE(registry().requests("manifest").back()["path"].get<std::string>().ends_with("/sha256-" + subject.hex()));
}

TEST_F(OciLists, HasNoReferrersWhereThereAreNeither) {
  auto result = run(source()->referrers("lib/none", Digest::of("subject"), in(kPatience)));
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamNotFound);
}

}  // namespace
}  // namespace larder::upstream
