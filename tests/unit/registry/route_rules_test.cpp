#include "route_rules.hpp"

#include <gtest/gtest.h>

namespace larder::registry {
namespace {

class RouteRulesTest : public ::testing::Test {
 protected:
  RouteRulesTest() { config_.extensions.sync.emplace(); }

  config::SyncRegistry& rule(std::vector<std::string> urls) {
    config::SyncRegistry made;
    made.urls = std::move(urls);
    made.onDemand = true;
    config_.extensions.sync->registries.push_back(std::move(made));
    return config_.extensions.sync->registries.back();
  }
  static void content(config::SyncRegistry& rule, const std::string& prefix, const std::string& destination = "",
                      bool strip = false) {
    rule.content.push_back({core::Glob::parse(prefix).value(), destination, strip, "", "", false});
  }
  // "rule host name local; …"
  static std::string show(const std::vector<RouteCandidate>& candidates) {
    std::string text;
    for (const auto& c : candidates) {
      if (!text.empty()) text += "; ";
      text += std::to_string(c.rule) + " " + c.origin.host + " " + c.origin.name + " " + c.local;
    }
    return text;
  }
  std::string local(const std::string& name) const { return show(RouteRules(config_).byLocalName(name)); }
  std::string host(const std::string& ns, const std::string& name) const {
    return show(RouteRules(config_).byHost(ns, name));
  }

  config::Config config_;
};

TEST_F(RouteRulesTest, TakesEveryNameWithoutContent) {
  rule({"https://ghcr.io"});
  EXPECT_EQ(local("a/b"), "0 ghcr.io a/b a/b");
  EXPECT_EQ(host("ghcr.io", "a/b"), "0 ghcr.io a/b ghcr.io/a/b");
  EXPECT_EQ(host("quay.io", "a/b"), "");
}

TEST_F(RouteRulesTest, MapsADestinationBothWays) {
  content(rule({"https://docker.io"}), "**", "/docker.io");
  EXPECT_EQ(local("docker.io/library/nginx"), "0 docker.io library/nginx docker.io/library/nginx");
  EXPECT_EQ(local("library/nginx"), "");
  EXPECT_EQ(local("docker.io"), "");
  EXPECT_EQ(host("docker.io", "grafana/grafana"), "0 docker.io grafana/grafana docker.io/grafana/grafana");
}

TEST_F(RouteRulesTest, DropsTheLiteralPartOfThePrefix) {
  auto& stripped = rule({"https://r.test"});
  content(stripped, "team/app-*", "/mine", true);
  content(stripped, "other/exact", "/single", true);
  EXPECT_EQ(local("mine/app-web"), "0 r.test team/app-web mine/app-web");
  EXPECT_EQ(local("mine/web"), "");
  EXPECT_EQ(local("single"), "0 r.test other/exact single");
  EXPECT_EQ(host("r.test", "team/app-web"), "0 r.test team/app-web mine/app-web");
  EXPECT_EQ(host("r.test", "other/exact"), "0 r.test other/exact single");
  EXPECT_EQ(host("r.test", "third/x"), "");
}

TEST_F(RouteRulesTest, KeepsThePrefixUnlessToldToDropIt) {
  content(rule({"https://r.test"}), "/team/**", "/mine");
  EXPECT_EQ(local("mine/team/app"), "0 r.test team/app mine/team/app");
  EXPECT_EQ(local("mine/app"), "");
}

TEST_F(RouteRulesTest, StarStaysWithinASegment) {
  content(rule({"https://r.test"}), "team/*");
  EXPECT_EQ(local("team/a"), "0 r.test team/a team/a");
  EXPECT_EQ(local("team/a/b"), "");
}

TEST_F(RouteRulesTest, KnowsDockerHubByAllItsNames) {
  rule({"https://index.docker.io"});
  EXPECT_EQ(local("nginx"), "0 docker.io library/nginx nginx");
  EXPECT_EQ(host("registry-1.docker.io", "nginx"), "0 docker.io library/nginx docker.io/library/nginx");
  EXPECT_EQ(host("docker.io", "library/nginx"), "0 docker.io library/nginx docker.io/library/nginx");
}

TEST_F(RouteRulesTest, FindsContentThatNamesTheShortName) {
  content(rule({"https://docker.io"}), "nginx", "/hub");
  EXPECT_EQ(host("docker.io", "nginx"), "0 docker.io library/nginx hub/nginx");
}

TEST_F(RouteRulesTest, PutsAUrlsPathBeforeTheName) {
  rule({"https://docker.io/library"});
  EXPECT_EQ(local("nginx"), "0 docker.io library/nginx nginx");
  EXPECT_EQ(local("library/nginx"), "0 docker.io library/nginx library/nginx");
  EXPECT_EQ(host("docker.io", "library/nginx"), "0 docker.io library/nginx docker.io/library/nginx");
  // Another image of that registry is not the one below the path.
  EXPECT_EQ(host("docker.io", "grafana/grafana"), "");
}

TEST_F(RouteRulesTest, GivesRulesInTheFilesOrder) {
  content(rule({"https://a.test"}), "x/**");
  content(rule({"https://b.test"}), "**");
  content(rule({"https://a.test"}), "**");
  EXPECT_EQ(local("x/y"), "0 a.test x/y x/y; 1 b.test x/y x/y; 2 a.test x/y x/y");
  EXPECT_EQ(host("a.test", "z"), "2 a.test z a.test/z");
}

TEST_F(RouteRulesTest, AsksEachUrlByItsOwnName) {
  rule({"https://mirror.test/hub", "https://docker.io"});
  auto found = RouteRules(config_).byLocalName("nginx");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().names, (std::vector<std::string>{"hub/nginx", "library/nginx"}));
  EXPECT_EQ(host("docker.io", "library/nginx"), "0 docker.io library/nginx docker.io/library/nginx");
}

TEST_F(RouteRulesTest, LeavesOutRulesThatAreNotOnDemand) {
  rule({"https://r.test"}).onDemand = false;
  EXPECT_EQ(local("a"), "");
  EXPECT_EQ(host("r.test", "a"), "");
}

TEST_F(RouteRulesTest, ServesNothingWhenSyncIsOff) {
  rule({"https://r.test"});
  config_.extensions.sync->enable = false;
  EXPECT_EQ(local("a"), "");
}

TEST_F(RouteRulesTest, MakesAPathOfAHostWithAPort) {
  rule({"http://registry.local:5000"});
  EXPECT_EQ(host("registry.local:5000", "a/b"), "0 registry.local:5000 a/b registry.local-5000/a/b");
}

TEST_F(RouteRulesTest, KeepsWhatIsPolledAsZotDoes) {
  auto& polled = rule({"https://r.test/base"});
  polled.onDemand = false;
  content(polled, "team/**", "/mine", true);
  content(polled, "tools/one");
  RouteRules rules(config_);
  auto show = [&](std::string_view name) {
    auto found = rules.polled(0, name);
    if (!found) return std::string();
    const auto& candidate = found->candidate;
    return candidate.origin.name + " " + candidate.local + " " + std::to_string(found->content);
  };
  EXPECT_EQ(show("base/team/a/b"), "base/team/a/b mine/a/b 0");
  EXPECT_EQ(show("tools/one"), "base/tools/one tools/one 1") << "a prefix is below the URL's path";
  EXPECT_EQ(show("elsewhere/team/a"), "");
  EXPECT_FALSE(rules.polled(1, "base/team/a"));
  EXPECT_TRUE(rules.byLocalName("mine/a").empty()) << "not on demand";
  EXPECT_TRUE(rules.byHost("r.test", "base/team/a").empty());
}

TEST_F(RouteRulesTest, KnowsWhoMayFillAName) {
  using Hosts = std::vector<std::string>;
  content(rule({"https://docker.io", "https://mirror.test"}), "**", "/docker.io");
  content(rule({"https://r.test:8443"}), "team/**");
  auto& polled = rule({"https://p.test"});
  polled.onDemand = false;
  content(polled, "team/**", "/polled");
  auto& idle = rule({"https://idle.test"});
  idle.onDemand = false;
  auto fillers = [&](std::string_view local) { return RouteRules(config_).fillersOf(local); };
  EXPECT_EQ(fillers("docker.io/library/nginx"), Hosts{"docker.io"});
  EXPECT_EQ(fillers("mirror.test/library/nginx"), Hosts{"mirror.test"}) << "where ?ns=mirror.test would be kept";
  EXPECT_EQ(fillers("team/app"), Hosts{"r.test:8443"});
  EXPECT_EQ(fillers("r.test-8443/team/app"), Hosts{"r.test:8443"});
  EXPECT_EQ(fillers("r.test-8443/other"), Hosts{});
  EXPECT_EQ(fillers("polled/team/app"), Hosts{});
  config_.extensions.sync->registries[2].pollInterval = std::chrono::hours(1);
  EXPECT_EQ(fillers("polled/team/app"), Hosts{"p.test"});
  EXPECT_EQ(fillers("p.test/team/app"), Hosts{}) << "nothing is pulled from there by its registry's name";
  EXPECT_EQ(fillers("elsewhere/app"), Hosts{});
  rule({"https://all.test"});
  EXPECT_EQ(fillers("elsewhere/app"), Hosts{"all.test"});
  EXPECT_EQ(fillers("team/app"), (Hosts{"r.test:8443", "all.test"}));
  config_.extensions.sync->enable = false;
  EXPECT_EQ(fillers("team/app"), Hosts{});
}

TEST_F(RouteRulesTest, PollsTheShortNamesOfDockerHub) {
  auto& polled = rule({"https://docker.io"});
  content(polled, "nginx", "/hub");
  content(polled, "library/redis");
  RouteRules rules(config_);
  EXPECT_EQ(rules.polled(0, "nginx")->candidate.origin.name, "library/nginx");
  EXPECT_EQ(rules.polled(0, "nginx")->candidate.local, "hub/nginx");
  EXPECT_EQ(rules.polled(0, "library/redis")->candidate.local, "library/redis");
}

}  // namespace
}  // namespace larder::registry
