#include "polling/sync_tools.hpp"

#include "registry_fixture.hpp"

namespace larder::test {
namespace {

using registry::LoginResult;
using registry::TlsResult;

const std::string kTrialUrl = "https://mirror.test";

class SyncToolsTest : public RegistryTest {
 protected:
  SyncToolsTest() : source(upstream(kTrialUrl, "mirror.test")) {}

  // A rule that need not be saved.
  static config::SyncRegistry rule(std::vector<std::string> urls = {kTrialUrl}) {
    config::SyncRegistry rule;
    rule.urls = std::move(urls);
    addContent(rule, "**");
    return rule;
  }
  registry::UpstreamTest tested(config::SyncRegistry given = rule()) {
    return threads_.run(registry().sync().test(std::move(given), std::nullopt, {})).at(0);
  }
  void failWith(ErrorCode code, int status = 0) {
    core::Error error(code, "It failed.", "mirror.test");
    error.upstreamStatus = status;
    source.fail(UpstreamCall::HeadManifest, error);
  }
  void logIn() { config_.extensions.sync->credentials["mirror.test"] = {}; }

  FakeUpstreamSource& source;
};

TEST_F(SyncToolsTest, FindsThatAllIsWell) {
  upstream::UpstreamStatus status;
  status.rateLimit = 100;
  status.rateRemaining = 73;
  source.setStatus(status);
  auto test = tested();
  EXPECT_EQ(test.url, kTrialUrl);
  EXPECT_TRUE(test.reachable);
  EXPECT_EQ(test.error, "");
  EXPECT_EQ(test.tls, TlsResult::Verified);
  EXPECT_EQ(test.login, LoginResult::Anonymous);
  EXPECT_EQ(test.rateLimit, 100u);
  EXPECT_EQ(test.rateRemaining, 73u);

  auto careless = rule();
  careless.tlsVerify = false;
  EXPECT_EQ(tested(careless).tls, TlsResult::Unverified);
}

TEST_F(SyncToolsTest, TellsTheStepThatFailed) {
  struct Case {
    ErrorCode code;
    int status;
    bool reachable;
    TlsResult tls;
  };
  for (const auto& [code, status, reachable, tls] :
       {Case{ErrorCode::UpstreamUnavailable, 0, false, TlsResult::Unknown},
        Case{ErrorCode::UpstreamTimeout, 0, false, TlsResult::Unknown},
        Case{ErrorCode::UpstreamUntrusted, 0, true, TlsResult::Failed},
        Case{ErrorCode::UpstreamInvalid, 0, true, TlsResult::Verified},
        Case{ErrorCode::UpstreamThrottled, 429, true, TlsResult::Verified},
        Case{ErrorCode::UpstreamUnavailable, 500, true, TlsResult::Verified}}) {
    failWith(code, status);
    auto test = tested();
    EXPECT_EQ(test.reachable, reachable) << core::toString(code);
    EXPECT_EQ(test.tls, tls) << core::toString(code);
    EXPECT_EQ(test.login, LoginResult::Unknown) << core::toString(code);
    EXPECT_EQ(test.error, "It failed.") << core::toString(code);
  }
}

TEST_F(SyncToolsTest, SaysNothingOfTlsWithoutIt) {
  upstream("http://mirror.test", "mirror.test");
  EXPECT_EQ(tested(rule({"http://mirror.test"})).tls, TlsResult::Unknown);
}

TEST_F(SyncToolsTest, TellsWhetherCredentialsWork) {
  failWith(ErrorCode::UpstreamDenied, 401);
  EXPECT_EQ(tested().login, LoginResult::Unknown) << "many say so of what there is not";
  logIn();
  registry_.reset();
  EXPECT_EQ(tested().login, LoginResult::Refused);
  failWith(ErrorCode::UpstreamLoginRefused, 401);
  auto refused = tested();
  EXPECT_EQ(refused.login, LoginResult::Refused);
  EXPECT_TRUE(refused.reachable);
  source.succeed();
  EXPECT_EQ(tested().login, LoginResult::Accepted);
}

TEST_F(SyncToolsTest, TestsEachUrl) {
  upstream("https://second.test", "second.test").failAll({ErrorCode::UpstreamUnavailable, "Away.", "second.test"});
  auto tests = threads_.run(registry().sync().test(rule({kTrialUrl, "https://second.test"}), std::nullopt, {}));
  ASSERT_EQ(tests.size(), 2u);
  EXPECT_TRUE(tests[0].reachable);
  EXPECT_FALSE(tests[1].reachable);
}

TEST_F(SyncToolsTest, AsksNoMoreThanSixteenUrls) {
  auto tests = threads_.run(registry().sync().test(rule(std::vector<std::string>(20, kTrialUrl)), std::nullopt, {}));
  ASSERT_EQ(tests.size(), 20u);
  EXPECT_EQ(source.calls(UpstreamCall::HeadManifest), 16u);
  EXPECT_TRUE(tests[15].reachable);
  EXPECT_FALSE(tests[16].reachable);
  EXPECT_EQ(tests[16].error, "not tested: a test asks no more than 16 URLs");
}

TEST_F(SyncToolsTest, TestsNoFurtherUrlOnceNobodyWaits) {
  upstream("https://second.test", "second.test");
  int asked = 0;
  auto tests = threads_.run(
      registry().sync().test(rule({kTrialUrl, "https://second.test"}), std::nullopt, [&asked] { return ++asked > 1; }));
  EXPECT_EQ(tests.size(), 1u);
}

TEST_F(SyncToolsTest, PreviewsWhichTagsARuleTakes) {
  for (const char* tag : {"6.0", "6.2", "7.0", "latest"}) source.putManifest("library/redis", tag, "{}");
  auto six = rule();
  six.content.front() = {core::Glob::parse("library/redis").value(), "/hub", false, "^6.*", "", true};
  auto preview = threads_.run(registry().sync().preview(six, "library/redis", std::nullopt)).value();
  EXPECT_EQ(preview.repository, "hub/library/redis");
  std::string taken, refused;
  for (const auto& tag : preview.tags) {
    if (tag.refusedBy) {
      refused += tag.tag + " by " + tag.refusedBy + " ";
    } else {
      taken += tag.tag + " ";
    }
  }
  EXPECT_EQ(taken, "6.0 6.2 ");
  EXPECT_EQ(refused, "7.0 by regex latest by regex ");

  EXPECT_EQ(threads_.run(registry().sync().preview(six, "library/other", std::nullopt))->repository, "");
  source.fail(UpstreamCall::Tags, {ErrorCode::UpstreamThrottled, "Too many.", "mirror.test"});
  EXPECT_EQ(codeOf(threads_.run(registry().sync().preview(six, "library/redis", std::nullopt))),
            ErrorCode::UpstreamThrottled);
}

TEST_F(SyncToolsTest, SendsWhatItWasGivenToTheHostOfTheFirstUrlAlone) {
  upstream("https://second.test", "second.test");
  upstream("http://mirror.test", "mirror.test");
  config::Credential given{"bob", "secret"};
  auto urls = std::vector<std::string>{kTrialUrl, "https://second.test", "http://mirror.test"};
  auto tests = threads_.run(registry().sync().test(rule(urls), given, {}));
  EXPECT_EQ(tests[0].login, LoginResult::Accepted);
  EXPECT_EQ(tests[1].login, LoginResult::Anonymous);
  EXPECT_EQ(tests[2].login, LoginResult::Anonymous);
  EXPECT_EQ(givenFor_, std::vector<std::string>{kTrialUrl + " bob"});
  failWith(ErrorCode::UpstreamDenied, 401);
  EXPECT_EQ(threads_.run(registry().sync().test(rule(), given, {})).at(0).login, LoginResult::Refused);
  givenFor_.clear();
  source.putManifest("library/redis", "1", "{}");
  EXPECT_EQ(threads_.run(registry().sync().preview(rule(urls), "library/redis", given))->tags.size(), 1U);
  EXPECT_EQ(givenFor_, std::vector<std::string>{kTrialUrl + " bob"});
}

TEST_F(SyncToolsTest, TellsTheSavedRuleWhatATrialOfItsUpstreamFound) {
  addContent(addRule({kTrialUrl}), "**");
  tested();
  failWith(ErrorCode::UpstreamUnavailable);
  tested();
  failWith(ErrorCode::UpstreamDenied, 401);
  tested();
  failWith(ErrorCode::InvalidArgument);
  tested();
  auto careless = rule();
  careless.tlsVerify = false;
  tested(careless);
  EXPECT_EQ(source.learnt(), (std::vector<std::string>{"", "It failed.", ""}));
}

TEST_F(SyncToolsTest, SaysWhatNamesWouldBeCalled) {
  addContent(addRule({"https://other.test"}), "team/**", "/mirror");
  upstream("https://other.test", "other.test");
  auto wanted = rule({"https://registry-1.docker.io"});
  wanted.content.clear();
  addContent(wanted, "library/*", "/hub");
  addContent(wanted, "team/**", "/mirror");
  wanted.onDemand = true;
  auto trials = registry().sync().tryRoute(wanted, std::nullopt, {"library/nginx", "nginx", "team/app", "other/app"});
  ASSERT_EQ(trials.size(), 4U);
  EXPECT_EQ(trials[0].repository, "hub/library/nginx");
  EXPECT_EQ(trials[0].urls, std::vector<std::string>{"https://registry-1.docker.io/v2/library/nginx"});
  EXPECT_FALSE(trials[0].servedFirstBy);
  EXPECT_EQ(trials[1].repository, "hub/library/nginx");
  EXPECT_EQ(trials[2].repository, "mirror/team/app");
  EXPECT_EQ(trials[2].servedFirstBy, 0U);
  EXPECT_EQ(trials[3].repository, "");
  // In the place of the other one, it is asked first.
  EXPECT_FALSE(registry().sync().tryRoute(wanted, 0, {"team/app"}).at(0).servedFirstBy);
  EXPECT_EQ(registry().sync().tryRoute(rule(), std::nullopt, {}).at(0).name, "library/alpine");
}

TEST_F(SyncToolsTest, KnowsWhichRulesArePolled) {
  addContent(addRule({kTrialUrl}), "**");
  EXPECT_TRUE(threads_.run(registry().sync().runs(0))->empty());
  EXPECT_EQ(codeOf(threads_.run(registry().sync().isPaused(0))), ErrorCode::Conflict);
  EXPECT_EQ(codeOf(threads_.run(registry().sync().pause(0, true))), ErrorCode::Conflict);
  EXPECT_EQ(codeOf(threads_.run(registry().sync().run(0, "alice"))), ErrorCode::Conflict);
  EXPECT_EQ(codeOf(threads_.run(registry().sync().runs(1))), ErrorCode::NotFound);
  EXPECT_EQ(codeOf(threads_.run(registry().sync().run(1, "alice"))), ErrorCode::NotFound);
}

}  // namespace
}  // namespace larder::test
