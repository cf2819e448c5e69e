// The files of the web dashboard: which requests get one, in which encoding, for how long.
#include "dashboard/dashboard.hpp"

#include <array>

#include "api_fixture.hpp"

namespace larder::test {
namespace {

using http::Method;

constexpr std::array kAssets{
    api::Asset{"/", "text/html; charset=utf-8", "p1", "<html>", "page-gzip", "page-brotli"},
    api::Asset{"/assets/index-1a2b.js", "text/javascript; charset=utf-8", "s1", "script", "script-gzip", "script-br"},
};

std::optional<http::Response> ask(const TestRequest& request) {
  return api::answerDashboard(kAssets, request.head());
}

std::string bodyOf(const http::Response& response) {
  const auto* body = std::get_if<std::string>(&response.body);
  return body ? *body : "";
}

TEST(Dashboard, PageIsForWhoAsksForHtml) {
  for (const auto* path : {"/", "/repositories", "/repositories?name=library/nginx", "/anything/deeper"}) {
    auto response = ask({Method::Get, path, {{"Accept", "text/html,application/xhtml+xml;q=0.9"}}});
    ASSERT_TRUE(response) << path;
    EXPECT_EQ(bodyOf(*response), "<html>");
    EXPECT_EQ(response->field("Cache-Control"), "no-cache");
  }
  EXPECT_FALSE(ask({Method::Get, "/", {{"Accept", "*/*"}}}));
  EXPECT_FALSE(ask({Method::Get, "/"}));
  EXPECT_FALSE(ask({Method::Get, "/", {{"Accept", "text/html;q=0"}}}));
  EXPECT_FALSE(ask({Method::Post, "/", {{"Accept", "text/html"}}}));
}

TEST(Dashboard, FilesAreKeptForGoodByBrowsers) {
  auto response = ask({Method::Get, "/assets/index-1a2b.js"});
  ASSERT_TRUE(response);
  EXPECT_EQ(bodyOf(*response), "script");
  EXPECT_EQ(response->field("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(response->field("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(response->field("Vary"), "Accept-Encoding");
}

TEST(Dashboard, FileOfAnotherBuildIsNoPage) {
  EXPECT_FALSE(ask({Method::Get, "/assets/index-0000.js", {{"Accept", "text/html"}}}));
}

TEST(Dashboard, EncodingIsTheBestThatTheClientTakes) {
  auto encoded = [](const char* accepted) {
    auto response = ask({Method::Get, "/assets/index-1a2b.js", {{"Accept-Encoding", accepted}}});
    return std::pair(std::string(response->field("Content-Encoding")), bodyOf(*response));
  };
  EXPECT_EQ(encoded("gzip, deflate, br"), std::pair(std::string("br"), std::string("script-br")));
  EXPECT_EQ(encoded("gzip, deflate"), std::pair(std::string("gzip"), std::string("script-gzip")));
  EXPECT_EQ(encoded("br;q=0, gzip;q=0.5"), std::pair(std::string("gzip"), std::string("script-gzip")));
  EXPECT_EQ(encoded("identity"), std::pair(std::string(), std::string("script")));
}

TEST(Dashboard, KnownContentIsNotSentAgain) {
  TestRequest request{Method::Get, "/assets/index-1a2b.js", {{"Accept-Encoding", "gzip"}}};
  EXPECT_EQ(ask(request)->field("ETag"), "\"s1-gzip\"");
  request.fields.emplace_back("If-None-Match", "\"s1-gzip\"");
  auto response = ask(request);
  EXPECT_EQ(response->status, 304);
  EXPECT_EQ(bodyOf(*response), "");
  EXPECT_EQ(response->field("ETag"), "\"s1-gzip\"");
}

TEST(Dashboard, HeadTellsTheLengthAlone) {
  auto response = ask({Method::Head, "/assets/index-1a2b.js"});
  EXPECT_EQ(response->contentLength, std::string_view("script").size());
  EXPECT_EQ(bodyOf(*response), "");
}

TEST(Dashboard, NothingOfThePageRunsThatIsNotOurs) {
  auto response = ask({Method::Get, "/", {{"Accept", "text/html"}}});
  auto policy = std::string(response->field("Content-Security-Policy"));
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(response->field("X-Content-Type-Options"), "nosniff");
}

TEST(Dashboard, PageBelowAPrefixSaysSoInItsBase) {
  constexpr std::array kPage{
      api::Asset{"/", "text/html; charset=utf-8", "p1", "<head><base href=\"/\" /></head>", "page-gzip", "page-brotli"},
      kAssets[1]};
  TestRequest request{Method::Get, "/storage", {{"Accept", "text/html"}, {"Accept-Encoding", "br"}}};
  auto head = request.head();
  EXPECT_EQ(bodyOf(*api::answerDashboard(kPage, head)), "page-brotli");
  head.prefix = "/larder";
  auto below = api::answerDashboard(kPage, head);
  EXPECT_EQ(bodyOf(*below), "<head><base href=\"/larder/\" /></head>");
  EXPECT_EQ(below->field("Content-Encoding"), "") << "the compressed ones have no prefix";
  EXPECT_EQ(below->field("ETag"), "\"p1/larder\"") << "what a cache holds of another prefix is another page";
  EXPECT_EQ(below->field("Vary"), "Accept-Encoding, Accept, X-Forwarded-Prefix");
  EXPECT_NE(below->field("Content-Security-Policy").find("base-uri 'self'"), std::string::npos);

  request.fields.emplace_back("If-None-Match", "\"p1\", \"p1-br\", \"p1/other\"");
  head = request.head();
  head.prefix = "/larder";
  EXPECT_EQ(api::answerDashboard(kPage, head)->status, 200);
  head.method = Method::Head;
  EXPECT_EQ(api::answerDashboard(kPage, head)->contentLength, bodyOf(*below).size());
  request.fields.back().second = "\"p1/larder\"";
  head = request.head();
  head.prefix = "/larder";
  EXPECT_EQ(api::answerDashboard(kPage, head)->status, 304);

  TestRequest script{Method::Get, "/assets/index-1a2b.js"};
  head = script.head();
  head.prefix = "/larder";
  EXPECT_EQ(api::answerDashboard(kPage, head)->field("ETag"), "\"s1\"");
}

TEST(Dashboard, BuildWithoutItServesNothing) {
  EXPECT_FALSE(api::answerDashboard({}, TestRequest{Method::Get, "/", {{"Accept", "text/html"}}}.head()));
}

using DashboardPathsTest = ApiTest;

TEST_F(DashboardPathsTest, OtherApisKeepTheirPaths) {
  std::vector<std::pair<std::string, std::string>> browser{{"Accept", "text/html"}};
  EXPECT_EQ(get("/api/v1/nothing", browser).status, 404);
  EXPECT_EQ(get("/v2/_nothing", browser).status, 404);
  EXPECT_EQ(get("/livez", browser).field("Content-Type"), "text/plain; charset=utf-8");
}

}  // namespace
}  // namespace larder::test
