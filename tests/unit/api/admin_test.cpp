// Sessions, guards and the route table of the management API; what its areas do is shown with a real daemon.
#include <fstream>
#include <set>

#include "admin/node_files.hpp"
#include "admin/routes.hpp"
#include "admin/sessions.hpp"
#include "api_fixture.hpp"
#include "larder/apitypes/time.hpp"

namespace larder::test {
namespace {

namespace admin = api::admin;
using admin::Access;
using admin::Sessions;
using http::Method;

TEST(SessionsTest, AnIdStandsForAUserUntilItEnds) {
  Sessions sessions;
  runtime::SteadyTime now{};
  auto id = sessions.begin("alice", 7, now);
  EXPECT_EQ(id.size(), 64U);
  ASSERT_TRUE(sessions.use(id, now));
  EXPECT_EQ(sessions.use(id, now)->user, "alice");
  EXPECT_EQ(sessions.use(id, now)->accountStamp, 7U);
  EXPECT_FALSE(sessions.use("other", now));
  sessions.end(id);
  EXPECT_FALSE(sessions.use(id, now));
}

TEST(SessionsTest, LookingIsNoUse) {
  Sessions sessions;
  runtime::SteadyTime now{};
  auto id = sessions.begin("alice", 7, now);
  now += Sessions::kIdle / 2;
  EXPECT_EQ(sessions.find(id, now)->user, "alice");
  EXPECT_FALSE(sessions.find("other", now));
  now += Sessions::kIdle / 2;
  EXPECT_FALSE(sessions.find(id, now));
  EXPECT_FALSE(sessions.use(id, now));
}

TEST(SessionsTest, EndsWhenIdleAndAfterTheLongestTime) {
  Sessions sessions;
  runtime::SteadyTime now{};
  auto idle = sessions.begin("alice", 1, now);
  auto used = sessions.begin("alice", 1, now);
  for (auto later = now; later < now + Sessions::kAbsolute; later += std::chrono::minutes(30)) {
    EXPECT_TRUE(sessions.use(used, later));
  }
  EXPECT_FALSE(sessions.use(idle, now + Sessions::kIdle));
  EXPECT_FALSE(sessions.use(used, now + Sessions::kAbsolute));
  EXPECT_EQ(sessions.count(), 0U);
}

TEST(SessionsTest, OneUsersLogInsPushOutTheirOwn) {
  Sessions sessions;
  runtime::SteadyTime now{};
  auto other = sessions.begin("bob", 1, now);
  auto first = sessions.begin("alice", 1, now);
  for (std::size_t i = 0; i < Sessions::kMostOfUser; ++i) {
    now += std::chrono::seconds(1);
    sessions.begin("alice", 1, now);
  }
  EXPECT_EQ(sessions.count(), Sessions::kMostOfUser + 1);
  EXPECT_FALSE(sessions.use(first, now));
  EXPECT_TRUE(sessions.use(other, now));
}

TEST(SessionsTest, TheTokenIsOfTheIdAndTellsNothingOfIt) {
  EXPECT_EQ(Sessions::csrfToken("a"), Sessions::csrfToken("a"));
  EXPECT_NE(Sessions::csrfToken("a"), Sessions::csrfToken("b"));
}

TEST(TimesTest, AreReadAsTheyAreWritten) {
  auto time = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'767'225'600'123));
  EXPECT_EQ(apitypes::formatTime(time), "2026-01-01T00:00:00.123Z");
  EXPECT_EQ(apitypes::parseTime("2026-01-01T00:00:00.123Z"), time);
  EXPECT_EQ(apitypes::parseTime("2026-01-01T00:00:00Z"), time - std::chrono::milliseconds(123));
  for (const char* wrong : {"", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z"}) {
    EXPECT_FALSE(apitypes::parseTime(wrong)) << wrong;
  }
}

TEST(RoutesTest, EachOperationIsThereOnce) {
  std::set<std::string_view> ids;
  std::set<std::pair<Method, std::string_view>> places;
  for (const auto& route : admin::routes()) {
    EXPECT_TRUE(ids.insert(route.operationId).second) << route.operationId;
    EXPECT_TRUE(places.emplace(route.method, route.path).second) << route.path;
    EXPECT_TRUE(route.path.starts_with('/')) << route.path;
    if (route.effect != admin::Effect::Reads) {
      EXPECT_NE(route.method, Method::Get) << route.operationId;
      EXPECT_NE(route.access, Access::Public) << route.operationId;
    }
  }
}

class AdminTest : public ApiTest {
 protected:
  AdminTest() {
    auto file = directory.path() / "htpasswd";
    std::ofstream(file) << "bob:$2y$04$hV3k/9Tr5XM1gIj/8TCV1eXDxmBglFJr2H3yOpdx3DRVvEtGwXkE2\n";
    config.http.auth.htpasswdPath = file;
  }

  nlohmann::json body(http::Response& response) { return nlohmann::json::parse(text(response)); }
  // The fields of a browser that has logged in as alice.
  std::vector<std::pair<std::string, std::string>> logIn() {
    authenticator->stamps["alice"] = 1;
    auto response = send({Method::Post,
                          "/api/v1/session",
                          {{"Content-Type", "application/json"}},
                          R"({"user": "alice", "password": "secret"})"});
    EXPECT_EQ(response.status, 201);
    auto token = body(response)["csrfToken"].get<std::string>();
    std::string cookie(response.field("Set-Cookie"));
    return {{"Cookie", cookie.substr(0, cookie.find(';'))}, {"X-CSRF-Token", token}};
  }
};

TEST_F(AdminTest, ASessionEndsWithItsAccount) {
  authenticator->logIns["YWxpY2U6c2VjcmV0"] = "alice";
  auto fields = logIn();
  auto who = get("/api/v1/session", fields);
  EXPECT_EQ(body(who)["user"], "alice");
  authenticator->stamps["alice"] = 2;
  EXPECT_EQ(get("/api/v1/node-setup?client=docker", fields).status, 401);
  authenticator->stamps["alice"] = 1;
  EXPECT_EQ(get("/api/v1/node-setup?client=docker", fields).status, 401) << "it has ended for good";
}

TEST_F(AdminTest, ASessionBelowAPrefixIsOfThatPrefixAlone) {
  authenticator->logIns["YWxpY2U6c2VjcmV0"] = "alice";
  authenticator->stamps["alice"] = 1;
  config.larder.management.trustedProxies = {core::Network::parse("192.0.2.1").value()};
  auto cookieBehind = [this](std::vector<std::pair<std::string, std::string>> fields) {
    fields.emplace_back("Content-Type", "application/json");
    fields.emplace_back("X-Forwarded-For", "203.0.113.9");
    auto begun = send({Method::Post, "/api/v1/session", fields, R"({"user": "alice", "password": "secret"})"});
    return std::string(begun.field("Set-Cookie"));
  };
  auto cookie = cookieBehind({{"X-Forwarded-Prefix", "/larder"}});
  EXPECT_TRUE(cookie.starts_with("larder_session=")) << cookie;
  EXPECT_NE(cookie.find("; Path=/larder; HttpOnly"), std::string::npos) << cookie;
  EXPECT_NE(cookieBehind({{"X-Forwarded-Prefix", "/x; Path=/"}}).find("; Path=/; HttpOnly"), std::string::npos);

  cookie = cookieBehind({{"X-Forwarded-Prefix", "/larder"}, {"X-Forwarded-Proto", "https"}});
  EXPECT_TRUE(cookie.starts_with("__Secure-larder_session=")) << "browsers take __Host- with Path=/ alone";
  EXPECT_NE(cookie.find("; Secure"), std::string::npos) << cookie;
  auto who = get("/api/v1/session", {{"Cookie", cookie.substr(0, cookie.find(';'))},
                                     {"X-Forwarded-For", "203.0.113.9"},
                                     {"X-Forwarded-Proto", "https"},
                                     {"X-Forwarded-Prefix", "/larder"}});
  EXPECT_EQ(body(who)["user"], "alice");
}

TEST_F(AdminTest, ASessionIsOverAfterItsTime) {
  authenticator->logIns["YWxpY2U6c2VjcmV0"] = "alice";
  auto fields = logIn();
  clock.advance(Sessions::kIdle);
  EXPECT_EQ(get("/api/v1/node-setup?client=docker", fields).status, 401);
}

TEST_F(AdminTest, RightsFollowTheAuthorizer) {
  restrict();
  EXPECT_EQ(get("/api/v1/config").status, 401);
  EXPECT_EQ(get("/api/v1/config", {{"Authorization", "user bob"}}).status, 403);
  authorizer->admins.insert("bob");
  EXPECT_EQ(get("/api/v1/groups", {{"Authorization", "user bob"}}).status, 200);
  EXPECT_EQ(get("/api/v1/groups", {{"Authorization", "wrong"}}).status, 401);
  EXPECT_EQ(get("/api/v1/status").status, 200);
}

TEST_F(AdminTest, A401BringsNoChallengeThatABrowserWouldAskPasswordsFor) {
  restrict();
  EXPECT_EQ(get("/api/v1/config").field("WWW-Authenticate"), "Session realm=\"larder\"");
}

// Nobody can log in.
class OpenAdminTest : public AdminTest {
 protected:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  OpenAdminTest() {
    config.http.auth.htpasswdPath.reset();
    authenticator->realm.reset();
  }
  static Fields to(const std::string& host, Fields more = {}) {
    more.emplace_back("Host", host);
    return more;
  }
  int change(Fields fields, std::string remoteAddress = "127.0.0.1") {
    return send({Method::Delete,
                 "/api/v1/users/x",
                 to("127.0.0.1:5000", std::move(fields)),
                 {},
                 false,
                 std::move(remoteAddress)})
        .status;
  }
  static constexpr int kDone = 409;  // there is no htpasswd file to remove the user from: the call got that far
};

TEST_F(OpenAdminTest, AddressesProveNothing) {
  EXPECT_EQ(change({}), 403);
  EXPECT_EQ(change({}, "::1"), 403);
  EXPECT_EQ(change({{"Authorization", "Bearer the-daemons-own-token"}}), kDone);
  EXPECT_EQ(change({{"Authorization", "bearer the-daemons-own-token"}}, "192.0.2.1"), kDone);
  EXPECT_EQ(change({{"Authorization", "Bearer the-daemons-own-toke"}}), 401);
  EXPECT_EQ(change({{"Authorization", "Bearer "}}), 403);
  EXPECT_EQ(change({{"Authorization", "Basic dGhlLWRhZW1vbnMtb3duLXRva2Vu"}}), 403);
  auto refused = send({Method::Delete, "/api/v1/users/x", to("localhost")});
  EXPECT_NE(text(refused).find("_larder/tokens"), std::string::npos);
}

TEST_F(OpenAdminTest, ADaemonWithoutATokenTakesNone) {
  localToken.clear();
  EXPECT_EQ(change({}), 403);
  EXPECT_EQ(change({{"Authorization", "Bearer "}}), 403);
  EXPECT_EQ(change({{"Authorization", "Bearer x"}}), 403);
}

TEST_F(OpenAdminTest, OthersLookLikeReaders) {
  EXPECT_EQ(get("/api/v1/repositories", to("localhost")).status, 200);
  for (const char* path : {"/config", "/logs", "/audit", "/credentials", "/users", "/sync/rules", "/config/export"}) {
    EXPECT_EQ(get(std::string("/api/v1") + path, to("localhost")).status, 403) << path;
  }
}

TEST_F(OpenAdminTest, OpennessIsSaidAloud) {
  config.larder.management.open = true;
  EXPECT_EQ(change({}, "192.0.2.1"), kDone);
  EXPECT_EQ(get("/api/v1/groups", to("192.0.2.7:5000")).status, 200);
}

TEST_F(OpenAdminTest, OpennessIsNothingWhereOneCanLogIn) {
  config.http.auth.htpasswdPath = "/nonexistent";
  config.larder.management.open = true;
  EXPECT_EQ(change({}), 401);
  EXPECT_EQ(change({{"Authorization", "Bearer the-daemons-own-token"}}), 401);
}

TEST_F(OpenAdminTest, NoPlaceIsAProofWhereProxiesAreKnown) {
  config.larder.management.trustedProxies = {core::Network::parse("10.0.0.0/8").value()};
  EXPECT_EQ(change({}), 403) << "a forwarder on this machine that is not listed comes from loopback too";
  EXPECT_EQ(change({}, "192.0.2.1"), 403);
  EXPECT_EQ(change({{"X-Forwarded-For", "127.0.0.1"}}), 403);
  EXPECT_EQ(change({{"Via", "1.1 proxy"}}), 403);
  EXPECT_EQ(change({}, "10.1.2.3"), 403);
  EXPECT_EQ(change({{"X-Forwarded-For", "127.0.0.1"}}, "10.1.2.3"), 403) << "the proxy's machine is another one";
}

TEST_F(OpenAdminTest, AProxyOnThisMachineIsNotThisMachine) {
  config.larder.management.trustedProxies = {core::Network::parse("127.0.0.1").value()};
  EXPECT_EQ(change({}), 403);
  EXPECT_EQ(change({{"X-Forwarded-For", "203.0.113.9"}}), 403);
}

TEST_F(OpenAdminTest, ABrowserTradesTheTokenForASession) {
  auto logIn = [this](const std::string& body) {
    return send({Method::Post, "/api/v1/session", to("localhost", {{"Content-Type", "application/json"}}), body});
  };
  EXPECT_EQ(logIn(R"({"token": "wrong"})").status, 401);
  EXPECT_EQ(logIn(R"({"token": ""})").status, 422);
  EXPECT_EQ(logIn(R"({"token": "the-daemons-own-token", "user": "x"})").status, 422);
  auto begun = logIn(R"({"token": "the-daemons-own-token"})");
  ASSERT_EQ(begun.status, 201);
  auto session = body(begun);
  EXPECT_TRUE(session["mayChange"].get<bool>());
  EXPECT_TRUE(session["user"].is_null());
  std::string cookie(begun.field("Set-Cookie"));
  cookie.resize(cookie.find(';'));
  EXPECT_EQ(change({{"Cookie", cookie}}), 403) << "a change needs the session's CSRF token";
  EXPECT_EQ(change({{"Cookie", cookie}, {"X-CSRF-Token", session["csrfToken"].get<std::string>()}}), kDone);
  // Another daemon, or one that was started anew: what is left of the session is worth as little as none.
  localToken = "another";
  handler().reconfigure(policy());
  EXPECT_EQ(change({{"Cookie", cookie}, {"X-CSRF-Token", session["csrfToken"].get<std::string>()}}), 403);
  EXPECT_EQ(get("/api/v1/repositories", to("localhost", {{"Cookie", cookie}})).status, 200);
}

TEST_F(OpenAdminTest, HostIsCheckedForEveryone) {
  config.larder.management.allowedHosts = {"cache.example"};
  for (const char* address : {"127.0.0.1", "192.0.2.1"}) {
    for (const char* path : {"/api/v1/session", "/api/v1/status", "/api/v1/repositories", "/api/v1/openapi.yaml"}) {
      EXPECT_EQ(send({Method::Get, path, to("evil.example:5000"), {}, false, address}).status, 403) << path;
      EXPECT_EQ(send({Method::Get, path, {}, {}, false, address}).status, 403) << path;
      EXPECT_EQ(send({Method::Get, path, to("cache.example:5000"), {}, false, address}).status, 200) << path;
    }
  }
}

TEST_F(OpenAdminTest, TrustedProxiesTellOfTheirClients) {
  config.larder.management.trustedProxies = {core::Network::parse("10.0.0.0/8").value()};
  auto asked = [this](Fields fields) {
    return send({Method::Get, "/api/v1/status", to("10.0.0.1:5000", std::move(fields)), {}, false, "10.0.0.9"}).status;
  };
  EXPECT_EQ(asked({{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Host", "evil.example"}}), 403);
  EXPECT_EQ(asked({{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Host", "cache.localhost"}}), 200);
}

TEST_F(AdminTest, AParameterIsOneSegmentAndDecoded) {
  auto users = directory.path() / "htpasswd";
  std::ofstream(users) << "";
  config.http.auth.htpasswdPath = users.string();
  authorizer->admins.insert("bob");
  std::vector<std::pair<std::string, std::string>> bob{{"Authorization", "user bob"}};
  EXPECT_EQ(send({Method::Delete, "/api/v1/users/", bob}).status, 404);
  EXPECT_EQ(send({Method::Delete, "/api/v1/users/a/b", bob}).status, 404);
  EXPECT_EQ(send({Method::Delete, "/api/v1/users/%zz", bob}).status, 404);
  auto decoded = send({Method::Delete, "/api/v1/users/a%2Fb", bob});
  EXPECT_EQ(body(decoded)["detail"], "There is no user named a/b.");
  EXPECT_EQ(get("/api/v1x").status, 404);
}

TEST(NodeFilesTest, HttpMirrorsAreMarkedInsecure) {
  admin::NodeInput input{"http://cache:5000", {{"docker.io", "docker.io"}, {"ghcr.io", std::nullopt}}};
  auto podman = admin::nodeSetup(apitypes::NodeClient::Podman, input);
  ASSERT_EQ(podman.files.size(), 1U);
  EXPECT_EQ(podman.files[0].content,
            "[[registry]]\nlocation = \"docker.io\"\n\n[[registry.mirror]]\nlocation = \"cache:5000/docker.io\"\n"
            "insecure = true\n");
  EXPECT_NE(podman.notes.front().find("ghcr.io"), std::string::npos);
  input.address = "https://cache";
  EXPECT_EQ(admin::nodeSetup(apitypes::NodeClient::Crio, input).files[0].content.find("insecure"), std::string::npos);
}

TEST(NodeFilesTest, CredentialsAreAStepWhereTheyAreNeeded) {
  using apitypes::NodeClient;
  admin::NodeInput input{"http://cache:5000", {{"docker.io", "docker.io"}}};
  for (auto client :
       {NodeClient::Containerd, NodeClient::Kubernetes, NodeClient::Crio, NodeClient::Podman, NodeClient::Docker}) {
    auto open = admin::nodeSetup(client, input);
    EXPECT_EQ(open.steps.size(), 1U);
    EXPECT_FALSE(open.credentials.needed || open.credentials.without);
  }
  input.needsLogin = true;
  input.login = "node";
  auto containerd = admin::nodeSetup(NodeClient::Containerd, input);
  EXPECT_TRUE(containerd.credentials.needed && containerd.credentials.without);
  EXPECT_TRUE(containerd.files[0].content.ends_with(
      "  [host.\"http://cache:5000\".header]\n    Authorization = \"Basic BASE64\"\n"));
  EXPECT_EQ(containerd.steps.size(), 2U);
  EXPECT_EQ(containerd.commands, containerd.steps[1].commands);
  EXPECT_EQ(admin::nodeSetup(NodeClient::Kubernetes, input).steps.size(), 3U);
  EXPECT_EQ(admin::nodeSetup(NodeClient::Crio, input).files.size(), 3U);
  EXPECT_EQ(admin::nodeSetup(NodeClient::Podman, input).commands[0],
            "podman login --authfile ~/.config/containers/auth.json --tls-verify=false --username node cache:5000");
  for (const auto* bad : {"", "-x", "a b", "a'b", "a$b", "a:b"}) EXPECT_FALSE(admin::isNodeLogin(bad)) << bad;
}

}  // namespace
}  // namespace larder::test
