// The hot path answers like the normal one, and only what it may.
#include "api_fixture.hpp"

namespace larder::test {
namespace {

using auth::Action;
using http::Method;

class ReadyPathTest : public ApiTest {
 protected:
  ReadyPathTest() {
    for (const char* ns : {"", "docker.io"}) {
      auto answer = registry.addManifest("app", "v1", "{}");
      answer.repository = *ns ? "mirror/app" : "app";
      auto head = std::make_shared<const std::string>(api::formatManifestHead(answer));
      registry.readyManifests[std::string("app v1 ") + ns] =
          std::make_shared<const registry::ManifestService::Ready>(registry::ManifestService::Ready{answer, head});
      registry.blobService.readyContent["app " + digest + " " + ns] = {
          answer.repository,
          std::make_shared<const registry::BlobAnswer>(registry::BlobAnswer{
              10, std::make_shared<OpenFile>(), nullptr, registry::CacheState::Hit, answer.repository, ""})};
    }
  }
  const std::string digest = Digest::of("0123456789").toString();
  const TestRequest manifest{Method::Get, "/v2/app/manifests/v1"};
};

TEST_F(ReadyPathTest, AnswersAManifestLikeTheNormalPath) {
  auto fast = tryReady(manifest);
  ASSERT_TRUE(fast);
  EXPECT_EQ(*fast->body, "{}");
  auto slow = get(manifest.target);
  for (const auto& [name, value] : slow.fields) {
    EXPECT_NE(fast->head->find(name + ": " + value + "\r\n"), std::string::npos) << name;
  }
  EXPECT_NE(fast->head->find("Content-Length: 2\r\n"), std::string::npos);
}

TEST_F(ReadyPathTest, AnswersABlobLikeTheNormalPath) {
  registry.blobService.add("app", "0123456789");
  auto fast = tryReady({Method::Get, "/v2/app/blobs/" + digest});
  ASSERT_TRUE(fast);
  EXPECT_GE(fast->file.descriptor, 0);
  EXPECT_EQ(fast->file.length, 10U);
  auto slow = get("/v2/app/blobs/" + digest);
  for (const auto& [name, value] : slow.fields) {
    EXPECT_NE(fast->head->find(name + ": " + value + "\r\n"), std::string::npos) << name;
  }
  EXPECT_NE(fast->head->find("Content-Length: 10\r\n"), std::string::npos);
}

TEST_F(ReadyPathTest, HeadHasNoBody) {
  auto head = tryReady({Method::Head, manifest.target});
  ASSERT_TRUE(head);
  EXPECT_FALSE(head->body);
  auto blob = tryReady({Method::Head, "/v2/app/blobs/" + digest});
  ASSERT_TRUE(blob);
  EXPECT_LT(blob->file.descriptor, 0);
}

TEST_F(ReadyPathTest, NamespaceIsReturned) {
  auto fast = tryReady({Method::Get, manifest.target + "?ns=docker.io"});
  ASSERT_TRUE(fast);
  EXPECT_NE(fast->head->find("OCI-Namespace: docker.io\r\n"), std::string::npos);
}

TEST_F(ReadyPathTest, LeavesWhatIsNotPlainToTheNormalPath) {
  EXPECT_FALSE(tryReady({Method::Get, manifest.target, {{"Origin", "x"}}}));
  for (const char* field : {"Range", "If-None-Match", "If-Range"}) {
    EXPECT_FALSE(tryReady({Method::Get, manifest.target, {{field, "x"}, {field, "y"}}})) << field << " twice";
  }
  for (const char* query : {"?ns=docker%2Eio", "?ns=docker.io&x=1", "?ns=", "?x=1", "?ns=other.io"}) {
    EXPECT_FALSE(tryReady({Method::Get, manifest.target + query})) << query;
  }
  EXPECT_FALSE(tryReady({Method::Put, manifest.target}));
  EXPECT_FALSE(tryReady({Method::Delete, manifest.target}));
  EXPECT_FALSE(tryReady({Method::Get, "/v2/app/manifests/v2"}));
  EXPECT_FALSE(tryReady({Method::Get, "/v2/app/tags/list"}));
}

TEST_F(ReadyPathTest, AnswersRangesAndConditionsLikeTheNormalPath) {
  registry.blobService.add("app", "0123456789");
  auto target = "/v2/app/blobs/" + digest;
  auto tag = '"' + digest + '"';
  auto ofManifest = '"' + Digest::of("{}").toString() + '"';
  struct Case {
    Method method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;
  };
  using enum Method;
  for (const auto& [method, asked, fields] : std::vector<Case>{
           {Get, target, {{"Range", "bytes=2-5"}}},
           {Get, target, {{"range", "bytes=7-"}}},
           {Get, target, {{"Range", "bytes=-3"}}},
           {Get, target, {{"Range", "bytes=10-"}}},
           {Get, target, {{"Range", "bytes=5-2"}}},
           {Get, target, {{"Range", "bytes=0-1,3-4"}}},
           {Get, target, {{"Range", "lines=0-1"}}},
           {Get, target, {{"Range", "bytes=2-5"}, {"If-Range", tag}}},
           {Get, target, {{"Range", "bytes=2-5"}, {"If-Range", "\"other\""}}},
           {Get, target, {{"Range", "bytes=2-5"}, {"If-Range", "W/" + tag}}},
           {Get, target, {{"If-Range", tag}}},
           {Get, target, {{"If-None-Match", tag}}},
           {Get, target, {{"If-None-Match", "*"}}},
           {Get, target, {{"If-None-Match", "\"other\""}}},
           {Get, target, {{"If-None-Match", tag}, {"Range", "bytes=2-5"}}},
           {Head, target, {{"Range", "bytes=2-5"}}},
           {Head, target, {{"If-None-Match", tag}}},
           {Get, manifest.target, {{"If-None-Match", ofManifest}}},
           {Get, manifest.target, {{"If-None-Match", "W/" + ofManifest}}},
           {Get, manifest.target, {{"If-None-Match", "\"other\""}}},
           {Get, manifest.target, {{"Range", "bytes=0-0"}}},
           {Head, manifest.target, {{"If-None-Match", "*"}}},
       }) {
    SCOPED_TRACE(asked + " " + fields[0].second);
    auto fast = tryReady({method, asked, fields});
    auto slow = send({method, asked, fields});
    ASSERT_TRUE(fast);
    EXPECT_EQ(fast->status, slow.status);
    for (const auto& [name, value] : slow.fields) {
      EXPECT_NE(fast->head->find(name + ": " + value + "\r\n"), std::string::npos) << name;
    }
    // The normal path has no line for a length, which its connection writes, and says no more than that.
    auto lines = std::ranges::count(*fast->head, '\n');
    EXPECT_EQ(lines, std::ssize(slow.fields) + (fast->status == 304 ? 0 : 1));
    bool sends = fast->file.descriptor >= 0;
    EXPECT_EQ(sends, method == Get && asked == target && (slow.status == 200 || slow.status == 206));
    if (sends) EXPECT_EQ(std::string("0123456789").substr(fast->file.offset, fast->file.length), text(slow));
  }
}

TEST_F(ReadyPathTest, AsksForPermission) {
  restrict();
  authorizer->grant("alice", "app", Action::Read);
  EXPECT_FALSE(tryReady(manifest));
  EXPECT_FALSE(tryReady({Method::Get, manifest.target, {{"Authorization", "user bob"}}}));
  EXPECT_FALSE(tryReady({Method::Get, manifest.target, {{"Authorization", "wrong"}}}));
  EXPECT_TRUE(tryReady({Method::Get, manifest.target, {{"authorization", "user alice"}}}));
  EXPECT_FALSE(tryReady({Method::Get, "/v2/app/blobs/" + digest}));
  EXPECT_TRUE(tryReady({Method::Get, "/v2/app/blobs/" + digest, {{"Authorization", "user alice"}}}));
}

TEST_F(ReadyPathTest, SaysWhoAsked) {
  EXPECT_EQ(*tryReady({Method::Get, manifest.target, {{"Authorization", "user alice"}}})->user, "alice");
  EXPECT_EQ(*tryReady({Method::Get, "/v2/app/blobs/" + digest})->user, "");
}

TEST_F(ReadyPathTest, AsksForTheLocalRepositoryWithANamespace) {
  restrict();
  authorizer->grant("alice", "app", Action::Read);
  authorizer->grant("bob", "mirror/app", Action::Read);
  for (const auto& target : {manifest.target + "?ns=docker.io", "/v2/app/blobs/" + digest + "?ns=docker.io"}) {
    EXPECT_FALSE(tryReady({Method::Get, target, {{"Authorization", "user alice"}}})) << target;
    EXPECT_TRUE(tryReady({Method::Get, target, {{"Authorization", "user bob"}}})) << target;
  }
}

TEST_F(ReadyPathTest, RevokedPermissionHoldsAtOnce) {
  ASSERT_TRUE(tryReady(manifest));
  auto stricter = policy();
  stricter.authorizer = std::make_shared<FakeAuthorizer>();
  handler().reconfigure(stricter);
  EXPECT_FALSE(tryReady(manifest));
  EXPECT_EQ(get(manifest.target).status, 401);
}

TEST_F(ReadyPathTest, KeepsTheRateLimit) {
  config.http.rateLimit.emplace().rate = 1;
  EXPECT_TRUE(tryReady(manifest));
  EXPECT_FALSE(tryReady(manifest));
  auto response = get(manifest.target);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.field("Retry-After"), "1");
  EXPECT_EQ(errorCode(response), "TOOMANYREQUESTS");
}

TEST_F(ReadyPathTest, CountsWhatItServes) {
  ASSERT_TRUE(tryReady(manifest));
  ASSERT_TRUE(tryReady({Method::Head, manifest.target}));
  auto served = metrics.counter("larder_cache_served_bytes_total", "", {{"upstream", "local"}, {"source", "cache"}});
  EXPECT_EQ(served->value(), 2U);
}

}  // namespace
}  // namespace larder::test
