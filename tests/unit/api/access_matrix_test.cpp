// Each pull by everyone under each shape of access control, through the ready path and the normal one: both must give
// the same answer. The authenticator and the authorizer are the real ones.

#include <fstream>

#include "api_fixture.hpp"
#include "larder/auth/methods.hpp"

namespace larder::test {
namespace {

using http::Method;

struct LogIns {
  const char* name;
  bool passwords, certificates;
};
constexpr LogIns kLogIns[] = {
    {"no log-in", false, false}, {"htpasswd", true, false}, {"mtls", false, true}, {"both", true, true}};

struct Shape {
  const char* name;
  void (*apply)(config::Config&);
};

config::RepositoryAccess& entry(config::Config& config, const char* pattern) {
  auto& access = config.http.accessControl ? *config.http.accessControl : config.http.accessControl.emplace();
  access.repositories.push_back({core::Glob::parse(pattern).value(), pattern, {}, {}, {}});
  return access.repositories.back();
}

const Shape kShapes[] = {
    {"no access control", [](config::Config&) {}},
    {"nothing for anyone", [](config::Config& config) { config.http.accessControl.emplace(); }},
    {"alice reads all", [](config::Config& config) { entry(config, "**").policies = {{{"alice"}, {}, {"read"}}}; }},
    {"alice reads the name in the path alone",
     [](config::Config& config) { entry(config, "app").policies = {{{"alice"}, {}, {"read"}}}; }},
    {"alice reads the mirror alone",
     [](config::Config& config) { entry(config, "mirror/**").policies = {{{"alice"}, {}, {"read"}}}; }},
    {"users read", [](config::Config& config) { entry(config, "**").defaultPolicy = {"read"}; }},
    {"the anonymous read", [](config::Config& config) { entry(config, "**").anonymousPolicy = {"read"}; }},
    {"the anonymous read the mirror",
     [](config::Config& config) {
       entry(config, "**").policies = {{{"alice"}, {}, {"read"}}};
       entry(config, "mirror/**").anonymousPolicy = {"read"};
     }},
    {"all but read",
     [](config::Config& config) { entry(config, "**").defaultPolicy = {"create", "update", "delete"}; }},
    {"an admin reads",
     [](config::Config& config) { config.http.accessControl.emplace().adminPolicy = {{"alice"}, {}, {"read"}}; }},
    {"an admin without read",
     [](config::Config& config) { config.http.accessControl.emplace().adminPolicy = {{"alice"}, {}, {"create"}}; }},
};

struct Someone {
  const char* name;
  const char* authorization;
  const char* certificate;
};
constexpr Someone kEveryone[] = {
    {"anonymous", "", ""},
    {"nobody's empty Basic", "Basic Og==", ""},
    {"alice by password", "Basic YWxpY2U6c2VjcmV0", ""},
    {"bob by password", "Basic Ym9iOnNlY3JldA==", ""},
    {"a wrong password", "Basic YWxpY2U6d3Jvbmc=", ""},
    {"another scheme", "Bearer abc", ""},
    {"alice by certificate", "", "alice"},
    {"bob by certificate", "", "bob"},
};

class AccessMatrix : public ApiTest {
 protected:
  AccessMatrix() {
    std::ofstream(users_) << "alice:$2y$04$gttuTiFTLuU.WBmqQZucb.MwgcI/l1ud/5n.wj5ZRXxkjuW8lVHU2\n"
                             "bob:$2y$04$hV3k/9Tr5XM1gIj/8TCV1eXDxmBglFJr2H3yOpdx3DRVvEtGwXkE2\n";
    registry.syncService.localForNs = "mirror";
    registry.blobService.add("app", "0123456789");
    for (const char* ns : {"", "docker.io"}) {
      auto answer = registry.addManifest("app", "v1", "{}");
      answer.repository = *ns ? "mirror/app" : "app";
      auto head = std::make_shared<const std::string>(api::formatManifestHead(answer));
      registry.readyManifests[std::string("app v1 ") + ns] =
          std::make_shared<const registry::ManifestService::Ready>(registry::ManifestService::Ready{answer, head});
      registry.blobService.readyContent["app " + digest_ + " " + ns] = {
          answer.repository,
          std::make_shared<const registry::BlobAnswer>(registry::BlobAnswer{
              10, std::make_shared<OpenFile>(), nullptr, registry::CacheState::Hit, answer.repository, ""})};
    }
  }

  api::Policy policy() override {
    auto snapshot = std::make_shared<const config::Config>(config);
    auto guard = std::make_shared<auth::LoginGuard>(clock, [](std::string_view) {});
    guard->limit(0);
    auto authenticator = auth::makeAuthenticator(*snapshot, clock, threads.blocking(), [](std::string_view) {}, guard);
    return {snapshot, authenticator.value(), auth::makeAuthorizer(snapshot), localToken};
  }
  void configure(const LogIns& logIns, const Shape& shape) {
    config = {};
    config.http.auth.failDelay = std::chrono::seconds(0);
    if (logIns.passwords) config.http.auth.htpasswdPath = users_;
    config.http.auth.mtls.enabled = logIns.certificates;
    shape.apply(config);
    handler().reconfigure(policy());
  }
  std::vector<TestRequest> pulls(const Someone& who) const {
    std::vector<TestRequest> all;
    for (auto method : {Method::Get, Method::Head}) {
      for (const char* ns : {"", "?ns=docker.io"}) {
        for (const auto& path : {std::string("/v2/app/manifests/v1"), "/v2/app/blobs/" + digest_}) {
          TestRequest request{method, path + ns};
          if (*who.authorization) request.fields.emplace_back("Authorization", who.authorization);
          request.certificateName = who.certificate;
          all.push_back(std::move(request));
        }
      }
    }
    return all;
  }

 private:
  const std::filesystem::path users_ = directory.path() / "htpasswd";
  const std::string digest_ = Digest::of("0123456789").toString();
};

TEST_F(AccessMatrix, BothPathsDecideAlike) {
  std::size_t given = 0;
  std::size_t refused = 0;
  for (const auto& logIns : kLogIns) {
    for (const auto& shape : kShapes) {
      configure(logIns, shape);
      for (const auto& who : kEveryone) {
        for (const auto& request : pulls(who)) {
          // First, so that a password that is right is remembered and the ready path has nothing to wait for.
          auto normal = send(request).status;
          auto fast = tryReady(request);
          auto what = std::string(logIns.name) + ", " + shape.name + ", " + who.name + ": " +
                      std::string(http::toString(request.method)) + " " + request.target;
          EXPECT_EQ(fast.has_value(), normal == 200) << what << " is " << normal << " on the normal path";
          (normal == 200 ? given : refused) += 1;
          if (normal != 200) EXPECT_TRUE(normal == 401 || normal == 403) << what << " is " << normal;
        }
      }
    }
  }
  EXPECT_GT(given, 500U);
  EXPECT_GT(refused, 500U);
}

}  // namespace
}  // namespace larder::test
