// Log-in: tokens, Basic, and where credentials must not go.
#include "fixtures.hpp"

namespace larder::upstream {
namespace {

const std::string kPrivateImage = "img/1x1k/private";
const Credentials kUser{"alice", "s3cret"};

class OciAuth : public OciSourceTest {
 protected:
  EndpointOptions withCredentials(Credentials credentials = kUser) const {
    auto with = options();
    with.credentials = [credentials] { return std::optional(credentials); };
    return with;
  }
  // The first endpoint is 127.0.0.1; the token server of these challenges is "localhost": another host.
  std::string strangeRealm() const { return registry().otherUrl() + "/token"; }
};

TEST_F(OciAuth, GetsATokenAnonymously) {
  registry().configure({{"auth", "token"}});
  valueOf(getManifest(*source(), kPrivateImage));
  auto request = registry().requests("token").at(0);
  EXPECT_TRUE(request["auth"].is_null());
  EXPECT_EQ(request["query"]["service"], "faulty");
  EXPECT_EQ(request["query"]["scope"], "repository:" + kPrivateImage + ":pull");
}

TEST_F(OciAuth, KeepsTheTokenForTheRepository) {
  registry().configure({{"auth", "token"}});
  auto upstream = source();
  for (int i = 0; i < 3; ++i) valueOf(getManifest(*upstream, kPrivateImage));
  EXPECT_EQ(registry().count("GET token"), 1);
  EXPECT_EQ(registry().count("GET manifest"), 4) << "one 401, then none";
}

TEST_F(OciAuth, HasTheTokenOfAnotherRepositoryReadyBeforeItAsks) {
  registry().configure({{"auth", "token"}});
  auto upstream = source();
  valueOf(getManifest(*upstream, kPrivateImage));
  valueOf(getManifest(*upstream, "img/1x1k/second"));
  EXPECT_EQ(registry().count("GET token"), 2);
  EXPECT_EQ(registry().count("GET manifest"), 3) << "the second repository met no 401";
}

TEST_F(OciAuth, SendsCredentialsToTheTokenServerOfTheSameHost) {
  registry().configure({{"auth", "token"}, {"user", kUser.username}, {"password", kUser.password}});
  valueOf(getManifest(*source(withCredentials()), kPrivateImage));
  EXPECT_EQ(registry().requests("token").at(0)["auth"], "basic:alice");
  EXPECT_EQ(registry().requests("manifest").back()["auth"], "bearer");
}

TEST_F(OciAuth, NamesThePortOfWhatItCannotReach) {
  auto with = options();
  with.url = "http://127.0.0.1:1";
  with.host.clear();
  auto away = getManifest(*source(with), kPrivateImage);
  EXPECT_EQ(codeOf(away), ErrorCode::UpstreamUnavailable);
  EXPECT_NE(away.error().message.find("127.0.0.1:1."), std::string::npos) << away.error().message;
}

TEST_F(OciAuth, TakesAnAccessTokenToo) {
  registry().configure({{"auth", "token"}, {"token_field", "access_token"}, {"token_expires", 0}});
  valueOf(getManifest(*source(), kPrivateImage));
}

TEST_F(OciAuth, AsksForOneTokenForManyRequests) {
  registry().configure({{"auth", "token"}});
  auto upstream = source();
  valueOf(getManifest(*upstream, kPrivateImage));
  registry().control("revoke", nlohmann::json::object());
  registry().fault({{"fault", "delay"}, {"kind", "token"}, {"ms", 150}, {"count", -1}});
  std::vector<Task<Result<UpstreamManifest>>> tasks;
  for (int i = 0; i < 20; ++i)
    tasks.push_back(upstream->getManifest("img/1x1k/many", Reference::ofTag("latest"), in(kPatience)));
  for (auto& result : threads_.runAll(std::move(tasks))) valueOf(result);
  EXPECT_EQ(registry().count("GET token"), 2);
}

TEST_F(OciAuth, LogsInAgainWhenTheTokenIsRevoked) {
  registry().configure({{"auth", "token"}});
  auto upstream = source();
  valueOf(getManifest(*upstream, kPrivateImage));
  registry().control("revoke", nlohmann::json::object());
  valueOf(getManifest(*upstream, kPrivateImage));
  EXPECT_EQ(registry().count("GET token"), 2);
}

TEST_F(OciAuth, DoesNotLoopWhereNothingHelps) {
  registry().configure({{"auth", "token"}});
  registry().fault({{"fault", "loop401"}, {"kind", "manifest"}, {"count", -1}});
  EXPECT_EQ(codeOf(getManifest(*source(), kPrivateImage)), ErrorCode::UpstreamDenied);
  EXPECT_EQ(registry().count("GET manifest"), 2);
  EXPECT_EQ(registry().count("GET token"), 1);
}

TEST_F(OciAuth, SaysWhoRefusesTheCredentials) {
  registry().configure({{"auth", "token"}, {"user", kUser.username}, {"password", "other"}});
  auto result = getManifest(*source(withCredentials()), kPrivateImage);
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamLoginRefused);
  EXPECT_NE(result.error().message.find("credentials"), std::string::npos);
  EXPECT_EQ(result.error().message.find(kUser.password), std::string::npos);
}

TEST_F(OciAuth, IsAnOutageWhereTheTokenServerIsAway) {
  registry().configure({{"auth", "token"}});
  registry().fault({{"fault", "status"}, {"kind", "token"}, {"status", 503}, {"count", 1}});
  EXPECT_EQ(codeOf(getManifest(*source(), kPrivateImage)), ErrorCode::UpstreamUnavailable);
  registry().fault({{"fault", "body"}, {"kind", "token"}, {"body", R"({"token":"a\r\nX: y"})"}});
  EXPECT_EQ(codeOf(getManifest(*source(), kPrivateImage)), ErrorCode::UpstreamInvalid)
      << "a token that would end its header";
}

// A challenge may name any token server: a hostile upstream would collect the credentials with one of its own.
TEST_F(OciAuth, NeverSendsCredentialsToAnotherHostsTokenServer) {
  registry().configure({{"auth", "token"}, {"realm", strangeRealm()}});
  valueOf(getManifest(*source(withCredentials()), kPrivateImage));
  EXPECT_TRUE(registry().requests("token").at(0)["auth"].is_null());
}

TEST_F(OciAuth, SendsCredentialsToATokenServerThatTheAdminListed) {
  registry().configure({{"auth", "token"}, {"realm", strangeRealm()}});
  auto listed = withCredentials();
  listed.allowedAuthRealms = {"localhost"};
  valueOf(getManifest(*source(listed), kPrivateImage));
  EXPECT_EQ(registry().requests("token").at(0)["auth"], "basic:alice");
}

TEST_F(OciAuth, NeverSendsCredentialsWhereTheTokenServerRedirects) {
  registry().configure({{"auth", "token"}});
  registry().fault({{"fault", "redirect"}, {"kind", "token"}, {"to", registry().otherUrl()}});
  valueOf(getManifest(*source(withCredentials()), kPrivateImage));
  auto requests = registry().requests("token");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0]["auth"], "basic:alice");
  EXPECT_TRUE(requests[1]["auth"].is_null());
}

TEST_F(OciAuth, RefusesARealmThatIsNoAddress) {
  for (auto challenge : {R"(Bearer realm="file:///etc/passwd")", R"(Bearer realm="/token")",
                         R"(Bearer realm="http://user:pw@localhost/token")"}) {
    registry().fault({{"fault", "challenge"}, {"kind", "manifest"}, {"value", challenge}});
    EXPECT_EQ(codeOf(getManifest(*source(), kPrivateImage)), ErrorCode::UpstreamInvalid) << challenge;
  }
}

// A challenge may be meant for one repository, or be nonsense: the others are none of its business.
TEST_F(OciAuth, RemembersNoChallengeThatGaveNoToken) {
  for (auto challenge : {R"(Bearer realm="not a url",service="s")", R"(Bearer realm="http://127.0.0.1:9/token")"}) {
    registry().reset();
    registry().configure({{"auth", "token"}});
    auto upstream = source(withCredentials());
    valueOf(getManifest(*upstream, kPrivateImage));
    registry().fault({{"fault", "challenge"}, {"path", "/odd/"}, {"value", challenge}, {"count", -1}});
    EXPECT_FALSE(getManifest(*upstream, "odd/x")) << challenge;
    for (auto name : {"img/1x1k/next", "img/1x1k/other"}) {
      auto result = getManifest(*upstream, name);
      EXPECT_TRUE(result) << challenge << ": " << result.error().message;
    }
  }
}

TEST_F(OciAuth, LearnsAnewWhereTokensAreNoLongerFound) {
  test::FaultyUpstream former({"--auth", "token"});
  registry().configure({{"auth", "token"}, {"realm", former.url() + "/token"}});
  registry().fault({{"fault", "body"}, {"kind", "manifest"}, {"skip", 1}, {"body", "{}"}});
  auto upstream = source();
  valueOf(getManifest(*upstream, "img/1x1k/former"));
  ASSERT_EQ(former.count("GET token"), 1);
  registry().configure({{"auth", "token"}, {"realm", registry().url() + "/token"}});
  for (int status : {503, 403}) {
    former.fault({{"fault", "status"}, {"kind", "token"}, {"status", status}, {"count", -1}});
    valueOf(getManifest(*upstream, "img/1x1k/latter" + std::to_string(status)));
    former.control("heal", nlohmann::json::object());
  }
}

TEST_F(OciAuth, AsksAFailingTokenServerOnceForARequest) {
  registry().configure({{"auth", "token"}});
  auto upstream = source();
  valueOf(getManifest(*upstream, kPrivateImage));
  registry().fault({{"fault", "status"}, {"kind", "token"}, {"status", 403}, {"count", -1}});
  EXPECT_EQ(codeOf(getManifest(*upstream, "img/1x1k/denied")), ErrorCode::UpstreamDenied);
  EXPECT_EQ(registry().count("GET token"), 2);
}

TEST_F(OciAuth, UsesBasicWhereTheUpstreamWantsIt) {
  registry().configure({{"auth", "basic"}, {"user", kUser.username}, {"password", kUser.password}});
  auto upstream = source(withCredentials());
  valueOf(getManifest(*upstream, kPrivateImage));
  valueOf(getManifest(*upstream, kPrivateImage));
  EXPECT_EQ(registry().count("GET manifest"), 3) << "one 401, then none";
  EXPECT_EQ(codeOf(getManifest(*source(), kPrivateImage)), ErrorCode::UpstreamDenied);
  EXPECT_EQ(codeOf(getManifest(*source(withCredentials({"alice", "wrong"})), kPrivateImage)),
            ErrorCode::UpstreamLoginRefused);
}

TEST_F(OciAuth, ShowsInItsStatusThatTheCredentialsAreRefused) {
  for (const char* scheme : {"token", "basic"}) {
    registry().configure({{"auth", scheme}, {"user", kUser.username}, {"password", "other"}});
    auto current = std::make_shared<Credentials>(kUser);
    auto with = options();
    with.credentials = [current] { return std::optional(*current); };
    auto upstream = source(with);
    EXPECT_FALSE(upstream->status().loginRefused);
    EXPECT_EQ(codeOf(getManifest(*upstream, kPrivateImage)), ErrorCode::UpstreamLoginRefused) << scheme;
    EXPECT_TRUE(upstream->status().loginRefused) << scheme;
    EXPECT_NE(upstream->status().lastError.find("credentials file"), std::string::npos) << scheme;
    current->password = "other";
    valueOf(getManifest(*upstream, kPrivateImage));
    EXPECT_FALSE(upstream->status().loginRefused) << scheme;
    EXPECT_EQ(upstream->status().lastError, "") << scheme;
  }
}

TEST_F(OciAuth, TriesRefusedCredentialsNotAtOnceAgain) {
  registry().configure({{"auth", "token"}, {"user", kUser.username}, {"password", "other"}});
  auto upstream = source(withCredentials());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(codeOf(getManifest(*upstream, "img/1x1k/" + std::to_string(i))), ErrorCode::UpstreamLoginRefused);
  }
  EXPECT_EQ(registry().count("GET token"), 1) << "it might lock the account";
}

TEST_F(OciAuth, TellsRefusedCredentialsFromARepositoryThatTheyMayNotRead) {
  registry().configure({{"auth", "token"}, {"user", kUser.username}, {"password", kUser.password}});
  registry().fault({{"fault", "status"}, {"kind", "token"}, {"status", 403}, {"count", 1}});
  auto upstream = source(withCredentials());
  EXPECT_EQ(codeOf(getManifest(*upstream, kPrivateImage)), ErrorCode::UpstreamDenied);
  EXPECT_FALSE(upstream->status().loginRefused);
  registry().fault({{"fault", "status"}, {"kind", "token"}, {"status", 403}, {"count", -1}});
  upstream = source(withCredentials());
  EXPECT_EQ(codeOf(getManifest(*upstream, kPrivateImage)), ErrorCode::UpstreamLoginRefused);
  EXPECT_TRUE(upstream->status().loginRefused);
}

TEST_F(OciAuth, SeesChangedCredentials) {
  registry().configure({{"auth", "basic"}, {"user", kUser.username}, {"password", "new"}});
  auto current = std::make_shared<Credentials>(kUser);
  auto with = options();
  with.credentials = [current] { return std::optional(*current); };
  auto upstream = source(with);
  EXPECT_EQ(codeOf(getManifest(*upstream, kPrivateImage)), ErrorCode::UpstreamLoginRefused);
  current->password = "new";
  valueOf(getManifest(*upstream, kPrivateImage));
}

TEST_F(OciAuth, PrefersBearerAmongSeveralChallenges) {
  registry().configure({{"auth", "token"}});
  auto bearer = "Bearer realm=\"" + registry().url() +
                "/token\",service=\"faulty\",scope=\"repository:" + kPrivateImage + ":pull\"";
  registry().fault({{"fault", "challenge"}, {"kind", "manifest"}, {"value", {"Basic realm=\"x\"", bearer}}});
  valueOf(getManifest(*source(), kPrivateImage));
  EXPECT_EQ(registry().count("GET token"), 1);
}

}  // namespace
}  // namespace larder::upstream
