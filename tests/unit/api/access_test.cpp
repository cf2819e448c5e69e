// Who may do what: the permission of each route, challenges, and holes that other registries had.
#include "access.hpp"

#include "api_fixture.hpp"

namespace larder::test {
namespace {

using auth::Action;
using http::Method;

const std::string kDigest = Digest::of("content").toString();

class AccessTest : public ApiTest {
 protected:
  AccessTest() { restrict(); }
  static TestRequest as(const std::string& user, Method method, std::string target, std::string body = {}) {
    TestRequest request{method, std::move(target), {}, std::move(body)};
    if (!user.empty()) request.fields.emplace_back("Authorization", "user " + user);
    return request;
  }
};

struct RouteCase {
  Method method;
  const char* target;  // {digest} stands for one
  Action needs;
};

class RoutePermission : public AccessTest, public testing::WithParamInterface<RouteCase> {
 protected:
  std::string target() const {
    std::string text = GetParam().target;
    if (auto at = text.find("{digest}"); at != std::string::npos) text.replace(at, 8, kDigest);
    return text;
  }
};

TEST_P(RoutePermission, IsDeniedWithEveryOtherAction) {
  for (auto action : {Action::Read, Action::Create, Action::Update, Action::Delete}) {
    if (action != GetParam().needs) authorizer->grant("alice", "app", action);
  }
  // Everything elsewhere is no help.
  for (auto action : {Action::Read, Action::Create, Action::Update, Action::Delete}) {
    authorizer->grant("alice", "other", action);
  }
  auto response = send(as("alice", GetParam().method, target(), "{}"));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(errorCode(response), "DENIED");
  EXPECT_EQ(response.field("WWW-Authenticate"), "");
  EXPECT_TRUE(registry.record.calls.empty());
}

TEST_P(RoutePermission, IsGivenWithTheAction) {
  authorizer->grant("alice", "app", GetParam().needs);
  auto status = send(as("alice", GetParam().method, target(), "{}")).status;
  EXPECT_NE(status, 401);
  EXPECT_NE(status, 403);
  EXPECT_NE(status, 405);
}

TEST_P(RoutePermission, ChallengesTheAnonymous) {
  auto response = send(as("", GetParam().method, target(), "{}"));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.field("WWW-Authenticate"), "Basic realm=\"test\"");
  EXPECT_EQ(errorCode(response), "UNAUTHORIZED");
  EXPECT_TRUE(registry.record.calls.empty());
}

INSTANTIATE_TEST_SUITE_P(Routes, RoutePermission,
                         testing::Values(RouteCase{Method::Get, "/v2/app/manifests/v1", Action::Read},
                                         RouteCase{Method::Head, "/v2/app/manifests/v1", Action::Read},
                                         RouteCase{Method::Put, "/v2/app/manifests/v1", Action::Create},
                                         RouteCase{Method::Delete, "/v2/app/manifests/v1", Action::Delete},
                                         RouteCase{Method::Get, "/v2/app/blobs/{digest}", Action::Read},
                                         RouteCase{Method::Head, "/v2/app/blobs/{digest}", Action::Read},
                                         RouteCase{Method::Delete, "/v2/app/blobs/{digest}", Action::Delete},
                                         RouteCase{Method::Post, "/v2/app/blobs/uploads/", Action::Create},
                                         RouteCase{Method::Get, "/v2/app/blobs/uploads/1", Action::Create},
                                         RouteCase{Method::Patch, "/v2/app/blobs/uploads/1", Action::Create},
                                         RouteCase{Method::Put, "/v2/app/blobs/uploads/1?digest={digest}",
                                                   Action::Create},
                                         RouteCase{Method::Delete, "/v2/app/blobs/uploads/1", Action::Create},
                                         RouteCase{Method::Get, "/v2/app/tags/list", Action::Read},
                                         RouteCase{Method::Get, "/v2/app/referrers/{digest}", Action::Read}));

TEST_F(AccessTest, MovingATagNeedsUpdate) {
  registry.addManifest("app", "latest", "old");
  authorizer->grant("alice", "app", Action::Create);
  EXPECT_EQ(send(as("alice", Method::Put, "/v2/app/manifests/latest", "{}")).status, 403);
  EXPECT_EQ(send(as("alice", Method::Put, "/v2/app/manifests/new", "{}")).status, 201);
  authorizer->grant("bob", "app", Action::Update);
  EXPECT_EQ(send(as("bob", Method::Put, "/v2/app/manifests/latest", "{}")).status, 201);
  EXPECT_EQ(send(as("bob", Method::Put, "/v2/app/manifests/new", "{}")).status, 403);
}

TEST_F(AccessTest, MovingATagByAParameterNeedsUpdateToo) {
  registry.addManifest("app", "v1", "old");
  authorizer->grant("alice", "app", Action::Create);
  auto target = "/v2/app/manifests/" + Digest::of("{}").toString();
  EXPECT_EQ(send(as("alice", Method::Put, target + "?tag=v1", "{}")).status, 403);
  EXPECT_EQ(send(as("alice", Method::Put, target + "?tag=v2&tag=v1", "{}")).status, 403);
  EXPECT_TRUE(registry.record.calls.empty());
  EXPECT_EQ(send(as("alice", Method::Put, target + "?tag=v2", "{}")).status, 201);
}

TEST_F(AccessTest, BlobNeedsThePermissionOfTheRepositoryAsked) {
  auto digest = registry.blobService.add("secret", "content").toString();
  authorizer->grant("bob", "app", Action::Read);
  EXPECT_EQ(send(as("bob", Method::Get, "/v2/secret/blobs/" + digest)).status, 403);
  EXPECT_EQ(send(as("bob", Method::Get, "/v2/app/blobs/" + digest)).status, 404);
}

TEST_F(AccessTest, MountNeedsToReadTheSource) {
  registry.blobService.mountable = "secret";
  authorizer->grant("bob", "app", Action::Create);
  auto target = "/v2/app/blobs/uploads/?mount=" + kDigest;
  EXPECT_EQ(send(as("bob", Method::Post, target + "&from=secret")).status, 202);
  EXPECT_EQ(send(as("bob", Method::Post, target)).status, 202);
  authorizer->grant("bob", "secret", Action::Read);
  EXPECT_EQ(send(as("bob", Method::Post, target + "&from=secret")).status, 201);
  EXPECT_EQ(send(as("bob", Method::Post, target)).status, 201);
}

TEST_F(AccessTest, NamespaceNeedsThePermissionOfTheLocalRepository) {
  registry.addManifest("app", "v1", "{}");
  registry.syncService.localForNs = "mirror";
  authorizer->grant("alice", "app", Action::Read);
  authorizer->grant("bob", "mirror/app", Action::Read);
  EXPECT_EQ(send(as("alice", Method::Get, "/v2/app/manifests/v1?ns=docker.io")).status, 403);
  EXPECT_EQ(send(as("bob", Method::Get, "/v2/app/manifests/v1?ns=docker.io")).status, 200);
  registry.syncService.localForNs.reset();
  EXPECT_EQ(send(as("bob", Method::Get, "/v2/app/manifests/v1?ns=unknown.io")).status, 404);
}

TEST_F(AccessTest, CatalogShowsWhatOneMayRead) {
  registry.repositories = {"a", "b", "c"};
  authorizer->grant("alice", "b", Action::Read);
  auto response = send(as("alice", Method::Get, "/v2/_catalog"));
  EXPECT_EQ(nlohmann::json::parse(text(response))["repositories"], (std::vector<std::string>{"b"}));
  EXPECT_EQ(send(as("", Method::Get, "/v2/_catalog")).status, 401);
}

TEST_F(AccessTest, RootIsForKnownUsersAndForAnonymousReaders) {
  EXPECT_EQ(send(as("", Method::Get, "/v2/")).status, 401);
  EXPECT_EQ(send(as("alice", Method::Get, "/v2/")).status, 200);
  authorizer->grant("", "", Action::Read);
  auto response = send(as("", Method::Get, "/v2/"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.field("WWW-Authenticate"), "Basic realm=\"test\"");
}

TEST_F(AccessTest, DockerIsChallengedWhereALogInLetsReadMore) {
  authorizer->grant("", "", Action::Read);
  auto root = [&](std::string userAgent, std::string authorization = "") {
    return send({Method::Get, "/v2/", {{"User-Agent", userAgent}, {"Authorization", authorization}}});
  };
  const std::string docker = "docker/29.4.0 go/go1.24.2 UpstreamClient(compose/v5.1.2)";
  EXPECT_EQ(root(docker).status, 200) << "an anonymous Docker would fail after a challenge";
  authorizer->widened = true;
  for (const auto& userAgent : {docker, std::string("Docker-Client/26.1.3 (linux)")}) {
    auto response = root(userAgent);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.field("WWW-Authenticate"), "Basic realm=\"test\"");
  }
  EXPECT_EQ(root(docker, "user alice").status, 200);
  for (const char* other : {"", "containerd/1.7.0", "skopeo/1.9.3", "containers/5.24 (github.com/containers/image)"}) {
    EXPECT_EQ(root(other).status, 200) << other;
  }
}

TEST_F(AccessTest, AnonymousPullIsNeverChallenged) {
  registry.addManifest("app", "v1", "{}");
  authorizer->grant("", "app", Action::Read);
  auto response = send(as("", Method::Get, "/v2/app/manifests/v1"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.field("WWW-Authenticate"), "");
  EXPECT_EQ(send(as("", Method::Get, "/v2/app/manifests/v2")).status, 404);
}

TEST_F(AccessTest, WithoutAnyLogInADenialIsFinal) {
  authenticator->realm.reset();
  auto response = send(as("", Method::Get, "/v2/app/manifests/v1"));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.field("WWW-Authenticate"), "");
}

TEST_F(AccessTest, WrongCredentialsAreRefusedWhereTheAnonymousMayPull) {
  registry.addManifest("app", "v1", "{}");
  authorizer->grant("", "app", Action::Read);
  auto response = send({Method::Get, "/v2/app/manifests/v1", {{"Authorization", "wrong"}}});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.field("WWW-Authenticate"), "Basic realm=\"test\"");
  EXPECT_TRUE(registry.record.calls.empty());
}

TEST_F(AccessTest, EmptyBasicCredentialsAreNone) {
  registry.addManifest("app", "v1", "{}");
  authorizer->grant("", "app", Action::Read);
  EXPECT_EQ(send({Method::Get, "/v2/app/manifests/v1", {{"Authorization", "Basic Og=="}}}).status, 200);
}

TEST_F(AccessTest, CredentialsThatNeedWorkAreVerified) {
  registry.addManifest("app", "v1", "{}");
  authorizer->grant("alice", "app", Action::Read);
  EXPECT_EQ(send({Method::Get, "/v2/app/manifests/v1", {{"Authorization", "slow alice"}}}).status, 200);
}

TEST_F(AccessTest, UpstreamsDenialBecomesNoChallenge) {
  authorizer->everything = true;
  registry.record.failure = core::Error{ErrorCode::UpstreamDenied, "ghcr.io wants a log-in.", "ghcr.io"};
  auto response = send(as("", Method::Get, "/v2/app/manifests/v1"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.field("WWW-Authenticate"), "");
}

TEST_F(AccessTest, MetricsAreForTheirReaders) {
  config.extensions.metrics.enable = true;
  authorizer->metricsReaders = {"prometheus"};
  EXPECT_EQ(send(as("", Method::Get, "/metrics")).status, 401);
  EXPECT_EQ(send(as("alice", Method::Get, "/metrics")).status, 403);
  auto response = send(as("prometheus", Method::Get, "/metrics"));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.field("Content-Type").starts_with("text/plain; version=0.0.4"));
  EXPECT_NE(text(response).find("zot_up 1"), std::string::npos);
}

TEST_F(AccessTest, RealmCannotBreakOutOfItsField) {
  authenticator->realm = "a\"b\\c\r\nEvil: 1";
  EXPECT_EQ(send(as("", Method::Get, "/v2/")).field("WWW-Authenticate"), "Basic realm=\"a\\\"b\\\\cEvil: 1\"");
}

}  // namespace
}  // namespace larder::test
