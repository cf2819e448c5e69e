// What is remembered of a request when its answer has ended, and how the API shows it.
#include "api_fixture.hpp"

namespace larder::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

class PullRecorderTest : public ApiTest {
 protected:
  struct End {
    std::chrono::nanoseconds took = milliseconds(20);
    bool complete = true;
    std::uint64_t bytes = 0;
    bool bodyFailed = false;
  };
  // Sends it by the normal path and ends its answer.
  void pull(const TestRequest& request, const End& end) {
    auto response = send(request);
    ++requests_;
    auto requestId = id();
    http::Outcome outcome{requestId,     {},           response.status, end.bytes,
                          end.took,      end.complete, milliseconds(5), response.trace.get(),
                          end.bodyFailed};
    handler().finished(received(request), outcome);
  }
  void pull(const TestRequest& request) { pull(request, {}); }
  std::vector<registry::EndedTransfer>& ended() { return registry.pullHistoryService.all; }
  void miss(const std::string& key) {
    registry.content[key].cache = registry::CacheState::Miss;
    registry.content[key].upstream = "docker.io";
    registry.content[key].waited = milliseconds(300);
  }
  json read(const std::string& path) {
    TestRequest request{
        http::Method::Get, "/api/v1" + path, {{"Host", "127.0.0.1:5000"}, {"Authorization", "Bearer " + localToken}}};
    auto response = send(request);
    EXPECT_EQ(response.status, 200) << path;
    return json::parse(text(response));
  }

  int requests_ = 0;
  std::string id() const { return "req" + std::to_string(requests_); }
};

TEST_F(PullRecorderTest, NamesTheClientOfATrustedProxyAndOfNoOther) {
  config.larder.management.trustedProxies = {core::Network::parse("192.0.2.1").value()};
  registry.addManifest("app", "v1", "{}");
  miss("app:v1");
  TestRequest request{http::Method::Get, "/v2/app/manifests/v1", {{"X-Forwarded-For", "127.0.0.1, 203.0.113.9"}}};
  pull(request);
  EXPECT_EQ(read("/node-setup/check").at("lastPull").at("client"), "203.0.113.9");
  EXPECT_EQ(ended().front().client, "203.0.113.9");
  request.remoteAddress = "192.0.2.2";
  pull(request);
  EXPECT_EQ(ended().front().client, "192.0.2.2");
}

TEST_F(PullRecorderTest, TellsWhoPulledLastThoughItWasAHit) {
  registry.addManifest("app", "v1", "{}");
  EXPECT_FALSE(read("/node-setup/check").contains("lastPull"));
  pull({http::Method::Get, "/v2/app/manifests/v2"});
  EXPECT_FALSE(read("/node-setup/check").contains("lastPull")) << "nothing was pulled";
  pull({http::Method::Head, "/v2/app/manifests/v1", {{"User-Agent", "containerd/2.1"}}});
  auto first = read("/node-setup/check").at("lastPull");
  EXPECT_EQ(first.at("client"), "192.0.2.1");
  EXPECT_EQ(first.at("agent"), "containerd/2.1");
  EXPECT_EQ(first.at("repository"), "app");
  EXPECT_EQ(read("/node-setup?client=docker").at("lastPull"), first);
  clock.advance(seconds(2));
  pull({http::Method::Get, "/v2/app/manifests/v1"});
  EXPECT_GT(read("/node-setup/check").at("lastPull").at("at"), first.at("at"));
  EXPECT_FALSE(read("/node-setup/check?since=2999-01-01T00:00:00Z").contains("lastPull"));
}

TEST_F(PullRecorderTest, RemembersAMissAndNoHit) {
  registry.addManifest("app", "v1", "{}");
  pull({http::Method::Get, "/v2/app/manifests/v1"});
  EXPECT_TRUE(ended().empty());
  miss("app:v1");
  pull({http::Method::Get, "/v2/app/manifests/v1", {{"User-Agent", "containerd/1.7"}}}, {milliseconds(400), true, 2});
  ASSERT_EQ(ended().size(), 1u);
  const auto& one = ended()[0];
  EXPECT_EQ(one.requestId, id());
  EXPECT_EQ(one.kind, registry::EndedKind::Manifest);
  EXPECT_EQ(one.client, "192.0.2.1");
  EXPECT_EQ(one.agent, "containerd/1.7");
  EXPECT_EQ(one.repository, "app");
  EXPECT_EQ(one.reference, "v1");
  EXPECT_EQ(one.upstream, "docker.io");
  EXPECT_EQ(one.waited, milliseconds(300));
  EXPECT_EQ(one.firstByte, milliseconds(5));
  EXPECT_EQ(one.took(), milliseconds(400));
  EXPECT_EQ(one.upstreamBytes, 2u);
  EXPECT_EQ(one.outcome, registry::EndedOutcome::Served);
}

TEST_F(PullRecorderTest, RemembersAHitThatTookLong) {
  registry.addManifest("app", "v1", "{}");
  pull({http::Method::Get, "/v2/app/manifests/v1"}, {seconds(3), true, 2});
  ASSERT_EQ(ended().size(), 1u);
  EXPECT_EQ(ended()[0].upstreamBytes, 0u);
}

TEST_F(PullRecorderTest, RemembersFailuresWithTheirReason) {
  registry.record.failure = core::Error{ErrorCode::UpstreamTimeout, "docker.io did not answer in time."};
  pull({http::Method::Get, "/v2/app/manifests/v1"});
  ASSERT_EQ(ended().size(), 1u);
  EXPECT_EQ(ended()[0].outcome, registry::EndedOutcome::Failed);
  EXPECT_EQ(ended()[0].status, 504);
  EXPECT_EQ(ended()[0].error, "docker.io did not answer in time.");
}

TEST_F(PullRecorderTest, TellsAClientThatLeftFromADownloadThatBroke) {
  auto digest = registry.blobService.add("app", "0123456789");
  auto& blob = registry.blobService.content.at("app@" + digest.toString());
  auto growth = std::make_shared<ScriptedGrowth>(std::vector<std::uint64_t>{10});
  growth->told = {milliseconds(40), 4, ""};
  blob.growth = growth;
  blob.cache = registry::CacheState::Miss;
  TestRequest request{http::Method::Get, "/v2/app/blobs/" + digest.toString()};
  pull(request, {seconds(2), false, 6});
  ASSERT_EQ(ended().size(), 1u);
  EXPECT_EQ(ended()[0].outcome, registry::EndedOutcome::Cancelled);
  EXPECT_EQ(ended()[0].upstreamBytes, 2u) << "four bytes were here";
  EXPECT_EQ(ended()[0].waited, milliseconds(40));
  growth->told.error = "The digest is wrong.";
  pull(request, {seconds(2), false, 6});
  EXPECT_EQ(ended()[0].outcome, registry::EndedOutcome::Failed);
  EXPECT_EQ(ended()[0].error, "The digest is wrong.");
}

TEST_F(PullRecorderTest, BlamesNoClientForStoredContentThatIsShort) {
  auto digest = registry.blobService.add("app", "0123456789");
  TestRequest request{http::Method::Get, "/v2/app/blobs/" + digest.toString()};
  pull(request, {milliseconds(5), false, 6});
  EXPECT_EQ(ended()[0].outcome, registry::EndedOutcome::Cancelled);
  registry.record.calls.clear();
  pull(request, {milliseconds(5), false, 6, true});
  EXPECT_EQ(ended()[0].outcome, registry::EndedOutcome::Failed);
  EXPECT_NE(ended()[0].error.find("blob.damaged"), std::string::npos);
  EXPECT_EQ(registry.record.calls.back(), "blob.doubt " + digest.toString());
}

TEST_F(PullRecorderTest, ForgetsWhatIsNoPull) {
  pull({http::Method::Head, "/v2/app/blobs/" + core::Digest::of("x").toString()});
  pull({http::Method::Get, "/v2/app/tags/list"});
  pull({http::Method::Get, "/v2/"}, {seconds(5), true, 0});
  pull({http::Method::Delete, "/v2/app/manifests/none"});
  EXPECT_TRUE(ended().empty());
}

TEST_F(PullRecorderTest, ApiFiltersAndSorts) {
  auto add = [&](const std::string& reference, seconds took, registry::EndedOutcome outcome) {
    registry::EndedTransfer one;
    one.requestId = one.pull = reference;
    one.kind = registry::EndedKind::Manifest;
    one.reference = reference;
    one.repository = "app";
    one.client = "10.0.0." + std::to_string(reference.size());
    one.upstream = "docker.io";
    one.status = 200;
    one.endedAt = clock.now();
    one.startedAt = one.endedAt - took;
    one.outcome = outcome;
    ended().insert(ended().begin(), one);
  };
  add("a", seconds(1), registry::EndedOutcome::Served);
  add("bb", seconds(9), registry::EndedOutcome::Served);
  add("ccc", seconds(2), registry::EndedOutcome::Failed);
  EXPECT_EQ(read("/transfers/ended")["total"], 3);
  EXPECT_EQ(read("/transfers/ended")["items"][0]["id"], "ccc");
  EXPECT_EQ(read("/transfers/ended?sort=duration")["items"][0]["id"], "bb");
  EXPECT_EQ(read("/transfers/ended?failed=true")["items"][0]["id"], "ccc");
  EXPECT_EQ(read("/transfers/ended?slow=true")["items"][0]["id"], "bb");
  EXPECT_EQ(read("/transfers/ended?client=10.0.0.1")["items"][0]["id"], "a");
  EXPECT_EQ(read("/transfers/ended?upstream=quay.io")["total"], 0);
  EXPECT_EQ(read("/transfers/ended?q=app:b")["total"], 1);
  auto page = read("/transfers/ended?limit=2");
  EXPECT_EQ(page["next"], "2");
  EXPECT_EQ(read("/transfers/ended?limit=2&cursor=2")["items"][0]["id"], "a");
  auto worst = read("/pulls?worst=3");
  ASSERT_EQ(worst["total"], 2);
  EXPECT_EQ(worst["items"][0]["outcome"], "failed");
  EXPECT_EQ(worst["items"][1]["tookMs"], 9000);
  EXPECT_EQ(read("/pulls?failed=true")["total"], 1);
}

}  // namespace
}  // namespace larder::test
