// Breaker, concurrency, quota and metrics of an endpoint, seen from outside.
#include "fixtures.hpp"

namespace larder::upstream {
namespace {

using OciLimits = OciSourceTest;

const std::string kLimitedImage = "img/1x1k/limits";

TEST_F(OciLimits, OpensTheBreakerAfterFailuresInARow) {
  registry().fault({{"fault", "status"}, {"status", 500}, {"count", -1}});
  auto upstream = source();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(getManifest(*upstream, kLimitedImage));
  EXPECT_EQ(upstream->status().breaker, BreakerState::Open);
  auto refused = getManifest(*upstream, kLimitedImage);
  EXPECT_EQ(codeOf(refused), ErrorCode::UpstreamUnavailable);
  EXPECT_TRUE(refused.error().retryAfter);
  EXPECT_EQ(registry().count("GET manifest"), 3);
}

TEST_F(OciLimits, ClosesTheBreakerWhenTheUpstreamIsBack) {
  registry().fault({{"fault", "status"}, {"status", 500}, {"count", 4}});
  auto quick = options();
  quick.breakerOpenFor = milliseconds(1);
  auto upstream = source(quick);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(getManifest(*upstream, kLimitedImage));
  Result<UpstreamManifest> back = core::fail(ErrorCode::Internal, "");
  for (int i = 0; i < 1000 && !back; ++i) back = getManifest(*upstream, kLimitedImage);
  valueOf(back);
  EXPECT_EQ(upstream->status().breaker, BreakerState::Closed);
  EXPECT_EQ(upstream->status().lastError, "");
}

// Whoever may pull could otherwise pause an upstream for everybody, with one name that it fails at.
TEST_F(OciLimits, LetsNoRepositoryPauseTheOthers) {
  const nlohmann::json faults[] = {
      {{"fault", "status"}, {"status", 500}},
      {{"fault", "status"}, {"status", 502}},
      {{"fault", "redirect"}, {"to", "http://127.0.0.1:9"}},
      {{"fault", "challenge"}, {"value", R"(Bearer realm="http://127.0.0.1:9/token")"}},
  };
  for (auto fault : faults) {
    registry().reset();
    auto upstream = source();
    fault.update({{"path", "/odd/"}, {"count", -1}});
    registry().fault(fault);
    for (int i = 0; i < 7; ++i) {
      EXPECT_EQ(codeOf(getManifest(*upstream, "odd/x" + std::to_string(i))), ErrorCode::UpstreamUnavailable);
    }
    EXPECT_EQ(upstream->status().breaker, BreakerState::Closed) << fault;
    EXPECT_TRUE(getManifest(*upstream, kLimitedImage)) << fault;
    EXPECT_EQ(registry().count("GET ping"), 2) << fault;
  }
}

TEST_F(OciLimits, ClosesTheBreakerWhereOneRepositoryAloneIsIll) {
  registry().fault({{"fault", "status"}, {"status", 500}, {"count", 4}});
  auto quick = options();
  quick.breakerOpenFor = milliseconds(1);
  auto upstream = source(quick);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(getManifest(*upstream, kLimitedImage));
  ASSERT_NE(upstream->status().breaker, BreakerState::Closed);
  registry().fault({{"fault", "status"}, {"status", 500}, {"path", "/odd/"}, {"count", -1}});
  for (int i = 0; i < 1000 && upstream->status().breaker != BreakerState::Closed; ++i) {
    EXPECT_FALSE(getManifest(*upstream, "odd/x"));
  }
  EXPECT_EQ(upstream->status().breaker, BreakerState::Closed);
}

TEST_F(OciLimits, OpensTheBreakerWhereTheTokenServerOfAllIsAway) {
  registry().configure({{"auth", "token"}, {"realm", "http://127.0.0.1:9/token"}});
  auto upstream = source();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(getManifest(*upstream, kLimitedImage));
  EXPECT_EQ(upstream->status().breaker, BreakerState::Open);
}

TEST_F(OciLimits, LeavesTheUpstreamAloneAfterAThrottle) {
  registry().fault({{"fault", "status"}, {"status", 429}, {"headers", {{"Retry-After", "30"}}}});
  auto upstream = source();
  EXPECT_EQ(codeOf(getManifest(*upstream, kLimitedImage)), ErrorCode::UpstreamThrottled);
  auto refused = getManifest(*upstream, kLimitedImage);
  EXPECT_EQ(codeOf(refused), ErrorCode::UpstreamThrottled);
  EXPECT_LE(*refused.error().retryAfter, seconds(30));
  EXPECT_EQ(registry().count("GET manifest"), 1);
}

TEST_F(OciLimits, KeepsItsBudgetOverAllEndpointsOfAHost) {
  auto frugal = options();
  frugal.requestsPerHour = 3;
  auto first = source(frugal);
  auto second = source(frugal);
  for (int i = 0; i < 2; ++i) valueOf(getManifest(*first, kLimitedImage));
  valueOf(getManifest(*second, kLimitedImage));
  for (auto& upstream : {first, second}) {
    auto refused = getManifest(*upstream, kLimitedImage);
    EXPECT_EQ(codeOf(refused), ErrorCode::UpstreamThrottled);
    EXPECT_NE(refused.error().message.find("requestBudget"), std::string::npos);
    EXPECT_GT(*refused.error().retryAfter, seconds(0));
    EXPECT_EQ(upstream->status().breaker, BreakerState::Closed);
    EXPECT_EQ(upstream->status().budgetLeft, 0U);
  }
  EXPECT_EQ(registry().count("GET manifest"), 3);
  EXPECT_NE(metrics_.expose().find("larder_upstream_budget_remaining"), std::string::npos);
}

TEST_F(OciLimits, TakesMissingAndDeniedForAWorkingUpstream) {
  auto upstream = source();
  for (int status : {404, 401, 403, 404, 404}) {
    registry().fault({{"fault", "status"}, {"status", status}});
    EXPECT_FALSE(getManifest(*upstream, kLimitedImage));
  }
  EXPECT_EQ(upstream->status().breaker, BreakerState::Closed);
}

TEST_F(OciLimits, RunsNoMoreRequestsAtOnceThanAllowed) {
  registry().configure({{"latency_ms", 200}});
  auto narrow = options();
  narrow.maxConcurrent = 3;
  auto upstream = source(narrow);
  std::vector<Task<Result<UpstreamManifest>>> tasks;
  for (int i = 0; i < 15; ++i)
    tasks.push_back(upstream->getManifest(kLimitedImage, Reference::ofTag("latest"), in(kPatience)));
  for (auto& result : threads_.runAll(std::move(tasks))) valueOf(result);
  EXPECT_EQ(registry().stats()["most_running"], 3);
}

TEST_F(OciLimits, FailsWhenItsTurnDoesNotComeInTime) {
  registry().fault({{"fault", "hang"}, {"count", -1}});
  auto narrow = options();
  narrow.maxConcurrent = 1;
  auto upstream = source(narrow);
  auto first = threads_.start(upstream->getManifest(kLimitedImage, Reference::ofTag("latest"), in(kPatience)));
  while (registry().count("GET manifest") == 0) std::this_thread::yield();
  auto second = getManifest(*upstream, kLimitedImage, "latest", milliseconds(50));
  EXPECT_EQ(codeOf(second), ErrorCode::UpstreamTimeout);
  EXPECT_NE(second.error().message.find("reqConcurrent"), std::string::npos);
  EXPECT_EQ(registry().count("GET manifest"), 1);
  client_->close();
  EXPECT_EQ(codeOf(test::TestRuntime::await(std::move(first))), ErrorCode::Cancelled);
}

TEST_F(OciLimits, ReusesItsConnections) {
  auto upstream = source();
  for (int i = 0; i < 5; ++i) valueOf(getManifest(*upstream, kLimitedImage));
  // An answer that is a failure does not cost the connection either.
  registry().fault({{"fault", "status"}, {"status", 404}, {"body", "not here"}});
  EXPECT_FALSE(getManifest(*upstream, kLimitedImage));
  valueOf(getManifest(*upstream, kLimitedImage));
  auto accepted = registry().stats()["connections"]["accepted"].get<int>();
  EXPECT_LE(accepted, 5) << "one for the source, the others for this test's control calls";
}

TEST_F(OciLimits, KeepsTheConnectionsOfABurst) {
  // So long that all of them are under way at once.
  registry().configure({{"latency_ms", 500}});
  auto upstream = source();
  auto burst = [&] {
    std::vector<Task<Result<UpstreamManifest>>> tasks;
    for (int i = 0; i < 12; ++i) {
      tasks.push_back(upstream->getManifest(kLimitedImage, Reference::ofTag("latest"), in(kPatience)));
    }
    for (auto& result : threads_.runAll(std::move(tasks))) valueOf(result);
  };
  burst();
  EXPECT_EQ(registry().stats()["most_running"], 12);
  auto before = registry().stats()["connections"]["accepted"].get<int>();
  burst();
  auto after = registry().stats()["connections"]["accepted"].get<int>();
  EXPECT_LE(after - before, 3) << "one is this test's own";
}

TEST_F(OciLimits, ShowsQuotaAndCounts) {
  registry().configure({{"headers", {{"RateLimit-Limit", "100;w=21600"}, {"RateLimit-Remaining", "76;w=21600"}}}});
  auto named = options();
  named.host = "docker.io";
  auto upstream = source(named);
  EXPECT_EQ(upstream->host(), "docker.io");
  valueOf(getManifest(*upstream, kLimitedImage));
  auto status = upstream->status();
  EXPECT_EQ(status.host, "docker.io");
  EXPECT_EQ(status.rateLimit, 100U);
  EXPECT_EQ(status.rateRemaining, 76U);
  EXPECT_TRUE(status.lastFirstByte);
  auto text = metrics_.expose();
  EXPECT_NE(text.find(R"(larder_upstream_ratelimit_remaining{upstream="docker.io"} 76)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(larder_upstream_requests_total{)"), std::string::npos);
  EXPECT_NE(text.find(R"(larder_upstream_breaker_state{upstream="docker.io"} 0)"), std::string::npos);
}

}  // namespace
}  // namespace larder::upstream
