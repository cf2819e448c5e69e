// Sessions, guards and the route table of the management API; what its areas do is shown with a real daemon.
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
  AdminTest() { config.http.auth.htpasswdPath = "/nonexistent"; }

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

TEST_F(AdminTest, WithoutAccountsOnlyLoopbackChanges) {
  config.http.auth.htpasswdPath.reset();
  authenticator->realm.reset();
  // The fixture's requests come from elsewhere.
  EXPECT_EQ(get("/api/v1/groups").status, 200);
  auto refused = send({Method::Delete, "/api/v1/users/x", {{"Host", "cache"}}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(text(refused).find("htpasswd"), std::string::npos);
}

TEST_F(AdminTest, AParameterIsOneSegmentAndDecoded) {
  authorizer->admins.insert("bob");
  std::vector<std::pair<std::string, std::string>> bob{{"Authorization", "user bob"}};
  EXPECT_EQ(send({Method::Delete, "/api/v1/users/", bob}).status, 404);
  EXPECT_EQ(send({Method::Delete, "/api/v1/users/a/b", bob}).status, 404);
  EXPECT_EQ(send({Method::Delete, "/api/v1/users/%zz", bob}).status, 404);
  auto decoded = send({Method::Delete, "/api/v1/users/a%2Fb", bob});
  EXPECT_EQ(body(decoded)["detail"], "There is no user a/b.");
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

}  // namespace
}  // namespace larder::test
