// Transfers, jobs, the log, the history of metrics and trials of sync rules, as the management API shows them.
#include "api_fixture.hpp"

namespace larder::test {
namespace {

using nlohmann::json;
using Fields = std::vector<std::pair<std::string, std::string>>;

class ActivityTest : public ApiTest {
 protected:
  http::Response call(http::Method method, const std::string& path, const json& body = nullptr) {
    TestRequest request{
        method, "/api/v1" + path, {{"Host", "127.0.0.1:5000"}, {"Authorization", "Bearer " + localToken}}};
    if (!body.is_null()) {
      request.fields.emplace_back("Content-Type", "application/json");
      request.body = body.dump();
    }
    return send(request);
  }
  json read(const std::string& path) {
    auto response = call(http::Method::Get, path);
    EXPECT_EQ(response.status, 200) << path;
    return json::parse(text(response));
  }
};

TEST_F(ActivityTest, ListsAndCancelsTransfers) {
  registry::Transfer one;
  one.id = "7";
  one.digest = Digest::of("x");
  one.repository = "team/app";
  one.total = 100;
  registry.transferService.running = {one};
  auto list = read("/transfers");
  EXPECT_EQ(list["total"], 1);
  EXPECT_EQ(list["items"][0]["totalBytes"], 100);
  EXPECT_EQ(call(http::Method::Delete, "/transfers/7").status, 204);
  EXPECT_EQ(call(http::Method::Delete, "/transfers/7").status, 404);
}

TEST_F(ActivityTest, StartsShowsAndCancelsJobs) {
  auto started = call(http::Method::Post, "/jobs", {{"kind", "gc"}});
  EXPECT_EQ(started.status, 202);
  auto id = json::parse(text(started))["id"].get<std::string>();
  EXPECT_EQ(read("/jobs/" + id)["state"], "running");
  EXPECT_EQ(call(http::Method::Delete, "/jobs/" + id).status, 204);
  EXPECT_EQ(read("/jobs?state=cancelled")["total"], 1);
  EXPECT_EQ(read("/jobs?kind=scrub")["total"], 0);
  EXPECT_EQ(call(http::Method::Get, "/jobs/none").status, 404);
  EXPECT_EQ(call(http::Method::Post, "/jobs", {{"kind", "syncRun"}}).status, 422);
  EXPECT_EQ(call(http::Method::Get, "/jobs?kind=none").status, 400);
}

TEST_F(ActivityTest, PagesJobs) {
  for (int i = 0; i < 5; ++i) threads.run(registry.jobService.start(registry::JobKind::Gc, ""));
  auto first = read("/jobs?limit=3");
  EXPECT_EQ(first["items"].size(), 3u);
  auto second = read("/jobs?limit=3&cursor=" + first["next"].get<std::string>());
  EXPECT_EQ(second["items"].size(), 2u);
  EXPECT_EQ(second["items"][0]["id"], "2");
  EXPECT_FALSE(second.contains("next"));
}

TEST_F(ActivityTest, PrefetchesAnImageByItsName) {
  auto started = call(http::Method::Post, "/prefetch", {{"image", "library/nginx"}, {"platforms", {"linux/amd64"}}});
  EXPECT_EQ(started.status, 202);
  EXPECT_EQ(json::parse(text(started))["target"], "library/nginx:latest");
  EXPECT_EQ(call(http::Method::Post, "/prefetch", {{"image", "Library/nginx"}}).status, 422);
  EXPECT_EQ(call(http::Method::Post, "/prefetch", {{"image", "a"}, {"platforms", "x"}}).status, 422);
}

TEST_F(ActivityTest, FiltersAndPagesTheLog) {
  for (int i = 0; i < 5; ++i) logs.add({clock.now(), i % 2 == 0 ? "info" : "warn", "line " + std::to_string(i)});
  auto first = read("/logs?limit=2");
  EXPECT_EQ(first["total"], 5);
  EXPECT_EQ(first["items"][0]["text"], "line 4");
  EXPECT_EQ(read("/logs?limit=2&cursor=" + first["next"].get<std::string>())["items"][0]["text"], "line 2");
  EXPECT_EQ(read("/logs?level=warn")["total"], 2);
  EXPECT_EQ(read("/logs?q=3")["total"], 1);
  EXPECT_EQ(call(http::Method::Get, "/logs?level=loud").status, 400);
  EXPECT_EQ(call(http::Method::Get, "/logs?from=yesterday").status, 400);
}

TEST_F(ActivityTest, ShowsTheHistoryOfMetrics) {
  auto history = read("/metrics/history?range=7d");
  EXPECT_EQ(history["stepMs"], 300000);
  EXPECT_GT(history["series"].size(), 10u);
  EXPECT_EQ(call(http::Method::Get, "/metrics/history?range=1y").status, 400);
}

TEST_F(ActivityTest, RunsAndPausesRules) {
  auto ids = editor.written().value().rules;
  ASSERT_GT(ids.size(), 1u);
  config.extensions.sync.emplace().registries.resize(ids.size());
  registry.syncService.history.resize(3);
  auto rule = "/sync/rules/" + ids[1];
  EXPECT_EQ(call(http::Method::Post, rule + "/run").status, 202);
  EXPECT_EQ(call(http::Method::Post, "/sync/rules/0/run").status, 404);
  EXPECT_EQ(call(http::Method::Put, rule + "/pause", {{"paused", true}}).status, 204);
  EXPECT_TRUE(registry.syncService.paused[1]);
  EXPECT_EQ(call(http::Method::Put, rule + "/pause", {{"paused", "yes"}}).status, 422);
  auto runs = read("/sync/runs?limit=2&rule=" + ids[1]);
  EXPECT_EQ(runs["total"], 3);
  ASSERT_EQ(runs["items"].size(), 2u);
  EXPECT_EQ(runs["items"][0]["rule"], ids[1]);
  EXPECT_EQ(read("/sync/runs?limit=2&rule=" + ids[1] + "&cursor=" + runs["next"].get<std::string>())["items"].size(),
            1u);
}

TEST_F(ActivityTest, TriesRulesThatAreNotSaved) {
  registry.syncService.previewed = {"redis", {{"6.2", nullptr}, {"latest", "regex"}}};
  json rule{{"urls", {"https://registry.example"}}, {"content", {{{"prefix", "library/redis"}}}}};
  auto response = call(http::Method::Post, "/sync/preview", {{"rule", rule}, {"repository", "library/redis"}});
  EXPECT_EQ(response.status, 200) << text(response);
  auto preview = json::parse(text(response));
  EXPECT_EQ(preview["taken"], 1);
  EXPECT_EQ(preview["items"][1]["reason"], "regex");
  auto tested = call(http::Method::Post, "/sync/test", {{"rule", rule}});
  EXPECT_EQ(json::parse(text(tested))["items"][0]["login"], "anonymous");
  auto wrong = call(http::Method::Post, "/sync/test", {{"rule", {{"urls", {"nowhere at all"}}}}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(json::parse(text(wrong))["errors"][0]["path"], "rule.urls[0]");
}

TEST_F(ActivityTest, OpensTheWebSocketForItsHandshakeAlone) {
  EXPECT_EQ(call(http::Method::Get, "/live").status, 426);
  TestRequest request{http::Method::Get,
                      "/api/v1/live",
                      {{"Host", "localhost:5000"},
                       {"Upgrade", "websocket"},
                       {"Connection", "Upgrade"},
                       {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                       {"Sec-WebSocket-Version", "13"}}};
  EXPECT_EQ(send(request).status, 101);
  request.fields.emplace_back("Origin", "https://evil.example");
  EXPECT_EQ(send(request).status, 403);
}

}  // namespace
}  // namespace larder::test
