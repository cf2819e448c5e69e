// Configurations as they are published for in-cluster caches.
#include <gtest/gtest.h>

#include "load_helpers.hpp"
#include "support/temp_directory.hpp"

namespace larder::config {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kMirrors = R"({
  "extensions": {
    "sync": {
      "enable": true,
      "registries": [
        {"urls": ["https://docker.io/library"], "onDemand": true, "tlsVerify": true, "maxRetries": 3, "retryDelay": "5m"},
        {"urls": ["https://k8s.gcr.io"], "onDemand": true, "tlsVerify": true, "maxRetries": 3, "retryDelay": "5m"},
        {"urls": ["https://my-registry.example.org"], "onDemand": false, "pollInterval": "5m", "tlsVerify": true,
         "maxRetries": 3, "retryDelay": "5m", "onlySigned": false,
         "content": [{"prefix": "my-organization/my-image", "tags": {"regex": "^6.*", "semver": true}}]}
      ]
    }
  }
})";

std::string users(const std::string& htpasswd) {
  return R"({
  "http": {
    "auth": {"htpasswd": {"path": ")" +
         htpasswd + R"("}},
    "accessControl": {
      "repositories": {
        "**": {"policies": [{"users": ["admin"], "actions": ["read", "create", "update", "delete"]}]}
      }
    },
    "address": "0.0.0.0",
    "port": "5000"
  }
})";
}

TEST(PublishedConfig, OfMirrorsLoads) {
  const auto config = loaded(kMirrors);
  ASSERT_TRUE(config->extensions.sync);
  const auto& registries = config->extensions.sync->registries;
  ASSERT_EQ(registries.size(), 3u);
  EXPECT_EQ(registries[0].urls, std::vector<std::string>{"https://docker.io/library"});
  EXPECT_TRUE(registries[0].onDemand);
  EXPECT_EQ(registries[0].maxRetries, 3);
  EXPECT_EQ(registries[0].retryDelay, 5min);
  EXPECT_TRUE(registries[0].content.empty());
  EXPECT_FALSE(registries[2].onDemand);
  EXPECT_EQ(registries[2].pollInterval, 5min);
  ASSERT_EQ(registries[2].content.size(), 1u);
  EXPECT_EQ(registries[2].content[0].prefix.pattern(), "my-organization/my-image");
  EXPECT_EQ(registries[2].content[0].tagsRegex, "^6.*");
  EXPECT_TRUE(registries[2].content[0].tagsSemver);

  // What is missing gets defaults.
  EXPECT_EQ(config->http.address, "127.0.0.1");
  EXPECT_EQ(config->http.port, 5000);
  EXPECT_FALSE(config->storage.rootDirectory.empty());
}

TEST(PublishedConfig, OfMirrorsIsHonouredWhole) {
  EXPECT_EQ(pathsOf(loadText(kMirrors).problems), std::vector<std::string>{});
}

TEST(PublishedConfig, OfUsersLoadsWithItsPasswordFile) {
  const test::TempDirectory directory;
  const auto file =
      writeFile(directory.path() / "htpasswd", "admin:$2y$05$.fR2nhyzstpecApibWVQDOg12aeXG8I4Zq8fW/ez8VJJ9zSc8zBQi");
  const auto config = loaded(users(file.string()));
  EXPECT_EQ(config->http.auth.htpasswdPath, file);
  EXPECT_EQ(config->http.address, "0.0.0.0");
  EXPECT_EQ(config->http.port, 5000);
  ASSERT_TRUE(config->http.accessControl);
  ASSERT_EQ(config->http.accessControl->repositories.size(), 1u);
  const auto& rule = config->http.accessControl->repositories[0];
  EXPECT_EQ(rule.key, "**");
  EXPECT_TRUE(rule.repositories.matches("any/repository"));
  ASSERT_EQ(rule.policies.size(), 1u);
  EXPECT_EQ(rule.policies[0].users, std::vector<std::string>{"admin"});
  EXPECT_EQ(rule.policies[0].actions, (std::vector<std::string>{"read", "create", "update", "delete"}));
}

TEST(PublishedConfig, OfUsersIsRefusedWithoutItsPasswordFile) {
  const test::TempDirectory directory;
  const auto problems = problemsOf(users((directory.path() / "nowhere").string()), Severity::Error);
  ASSERT_EQ(problems.size(), 1u) << describe(problems);
  EXPECT_EQ(problems[0].path, "http.auth.htpasswd.path");
  EXPECT_NE(problems[0].message.find("does not exist"), std::string::npos);
  EXPECT_FALSE(problems[0].hint.empty());
}

TEST(PublishedConfig, OfCredentialsLoadsWithoutTheFileToo) {
  constexpr std::string_view kText = R"({"extensions": {"sync": {"credentialsFile": "/nowhere/credentials"}}})";
  const auto result = loadText(kText);
  ASSERT_TRUE(result.config) << describe(result.problems);
  EXPECT_EQ(pathsOf(result.problems), std::vector<std::string>{"extensions.sync.credentialsFile"});
  EXPECT_TRUE(result.config->extensions.sync->credentials.empty());
}

TEST(PublishedConfig, OfCredentialsReadsTheFile) {
  const test::TempDirectory directory;
  const auto file = writeFile(directory.path() / "credentials", R"({
      "my-registry.example.org": {
        "username": "my-user",
        "password": "my-token"
      }      
    })");
  const auto config = loaded(R"({"extensions": {"sync": {"credentialsFile": ")" + file.string() + R"("}}})");
  const auto& credentials = config->extensions.sync->credentials;
  ASSERT_EQ(credentials.size(), 1u);
  EXPECT_EQ(credentials.at("my-registry.example.org").username, "my-user");
  EXPECT_EQ(credentials.at("my-registry.example.org").password, "my-token");
}

TEST(PublishedConfig, WithAPlaceholderIsNoJson) {
  const auto problems = problemsOf("{\n  # ...\n}\n", Severity::Error);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].message.find("line 2"), std::string::npos) << problems[0].message;
}

TEST(PublishedConfig, InsideTheValuesOfAChartIsPointedOut) {
  const auto problems = problemsOf("configFiles:\n  config.json: |-\n    {}\nmountSecret: true\n", Severity::Error);
  ASSERT_EQ(problems.size(), 2u) << describe(problems);
  EXPECT_NE(problems[0].hint.find("Helm"), std::string::npos);
}

TEST(DefaultConfig, ServesTheBigRegistriesUnderPathsOfTheirOwn) {
  const auto result = loadText(defaultConfigText("/data/of \"mine\""));
  ASSERT_TRUE(result.config) << describe(result.problems);
  EXPECT_TRUE(result.problems.empty()) << describe(result.problems);
  EXPECT_EQ(result.config->storage.rootDirectory, "/data/of \"mine\"");
  EXPECT_EQ(result.config->http.address, "127.0.0.1");
  EXPECT_EQ(result.config->http.port, 5000);
  EXPECT_TRUE(result.config->extensions.metrics.enable);
  std::vector<std::string> hosts;
  for (const auto& registry : result.config->extensions.sync->registries) {
    EXPECT_TRUE(registry.onDemand);
    ASSERT_EQ(registry.content.size(), 1u);
    EXPECT_EQ(registry.content[0].prefix.pattern(), "**");
    EXPECT_EQ("https:/" + registry.content[0].destination, registry.urls.front());
    hosts.push_back(registry.urls.front().substr(8));
  }
  EXPECT_EQ(hosts, (std::vector<std::string>{"docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "gcr.io",
                                             "mcr.microsoft.com", "public.ecr.aws"}));
}

}  // namespace
}  // namespace larder::config
