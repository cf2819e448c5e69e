// What is accepted and not done, or has no effect.
#include <gtest/gtest.h>

#include "load_helpers.hpp"

namespace larder::config {
namespace {

struct Warning {
  std::string_view text;
  std::string_view path;
  std::string_view message;
};

void expectWarning(const Warning& one) {
  const auto result = loadText(one.text);
  ASSERT_TRUE(result.config) << one.text << "\n" << describe(result.problems);
  for (const auto& problem : result.problems) {
    EXPECT_EQ(problem.severity, Severity::Warning);
    if (problem.path == one.path && problem.message.find(one.message) != std::string::npos) return;
  }
  FAIL() << one.text << "\n" << describe(result.problems);
}

TEST(LoadWarnings, SayWhatIsNotDone) {
  const Warning cases[] = {
      {R"({"storage": {"redirectBlobURL": true}})", "storage.redirectBlobURL", "sent by Larder itself"},
      {R"({"storage": {"remoteCache": true, "cacheDriver": {"name": "redis", "url": "redis://h"}}})",
       "storage.cacheDriver", "no remote database"},
      {R"({"storage": {"subPaths": {"/a/b": {}}}})", R"(storage.subPaths["/a/b"])", "matches no repository"},
      {R"({"storage": {"subPaths": {"/a": {"maxRepos": 3}}}})", R"(storage.subPaths["/a"].maxRepos)",
       "only storage.maxRepos"},
      {R"({"extensions": {"search": {}}})", "extensions.search", "not available yet"},
      {R"({"extensions": {"search": {"enable": true, "cve": {"updateInterval": "2h"}}}})", "extensions.search",
       "not available"},
      {R"({"extensions": {"mgmt": {}}})", "extensions.mgmt", "no effect"},
      {R"({"extensions": {"trust": {"enable": true, "cosign": true}}})", "extensions.trust", "not verified"},
      {R"({"extensions": {"events": {"enable": true, "sinks": [{"type": "http", "address": "http://a"}]}}})",
       "extensions.events", "not sent yet"},
      {R"({"extensions": {"scrub": {"interval": "1h"}}})", "extensions.scrub.interval", "less than 2h"},
      {R"({"cluster": {"members": ["a:1", "b:1"], "hashKey": "0123456789abcdef"}})", "cluster", "every Larder serves"},
      {R"({"http": {"auth": {"sessionKeysFile": "/nowhere"}}})", "http.auth.sessionKeysFile", "kept in memory"},
      {R"({"http": {"accessControl": {"repositories": {"**": {"policies": [{"users": ["a"], "actions": ["read"],
          "conditions": [{"expression": "false"}]}]}}}}})",
       R"(http.accessControl.repositories["**"].policies[0].conditions)", "grants nothing"},
      {R"({"goVersion": "go1.24"})", "goVersion", "no effect"},
  };
  for (const auto& one : cases) expectWarning(one);
}

TEST(LoadWarnings, SayWhatHasNoEffect) {
  const Warning cases[] = {
      {R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"]}]}}})",
       "extensions.sync.registries[0]", "does nothing"},
      {R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"], "onDemand": true,
          "pollInterval": "1h"}]}}})",
       "extensions.sync.registries[0].pollInterval", "Without content"},
      {R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"], "pollInterval": "1h",
          "content": [{"prefix": "a"}], "manifestCheckInterval": "1m"}]}}})",
       "extensions.sync.registries[0].manifestCheckInterval", "without onDemand"},
      {R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example", "https://A.example/"],
          "onDemand": true}]}}})",
       "extensions.sync.registries[0].urls[1]", "twice"},
      {R"({"extensions": {"sync": {"registries": [
          {"urls": ["https://a.example"], "onDemand": true, "content": [{"prefix": "**", "destination": "/x"}]},
          {"urls": ["https://b.example"], "onDemand": true, "content": [{"destination": "x/"}]}]}}})",
       "extensions.sync.registries[1].content[0]", "served by extensions.sync.registries[0].content[0]"},
      {R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"], "onDemand": true,
          "content": [{"prefix": "a"}, {"prefix": "a"}]}]}}})",
       "extensions.sync.registries[0].content[1]", "The same names"},
      {R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"], "onDemand": true,
          "oauth2CredentialHelper": {"tokenURL": "https://a.example"}}]}}})",
       "extensions.sync.registries[0].oauth2CredentialHelper", "no effect"},
      {R"({"larder": {"upstreams": {"a.example": {}}}})", R"(larder.upstreams["a.example"])", "No rule"},
      {R"({"http": {"accessControl": {"repositories": {"**": {"defaultPolicy": ["read"]}}}}})", "http.accessControl",
       "No login is configured"},
      {R"({"http": {"accessControl": {"adminPolicy": {"groups": ["g"], "actions": ["read"]}}}})",
       "http.accessControl.adminPolicy.groups[0]", "no group \"g\""},
      {R"({"http": {"accessControl": {"adminPolicy": {"actions": ["read"]}}}})", "http.accessControl.adminPolicy",
       "grants nothing"},
      {R"({"larder": {"management": {"open": true}}})", "larder.management.open", "Everyone who can reach the port"},
      {R"({"log": {"output": "/tmp/a.log", "audit": "/tmp/a.log"}})", "log.audit", "the same file"},
  };
  for (const auto& one : cases) expectWarning(one);
}

TEST(LoadWarnings, AreNotGivenForWhatIsOff) {
  for (
      const std::string_view text : {
          R"({"storage": {"gc": false, "redirectBlobURL": false, "remoteCache": false, "gcTimeWindow": ""}})",
          R"({"extensions": {"search": {"enable": false, "cve": {}}, "scrub": {"enable": false}}})",
          R"({"extensions": {"events": {"enable": false, "sinks": []}}})",
          R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"], "onDemand": true,
               "onlySigned": false, "pollInterval": "0s", "credentialHelper": ""}]}}})",
          R"({"storage": {"gc": true, "gcDelay": "2h", "retention": {"policies": []}}})",
          R"({"larder": {"storage": {"maxBytes": "1TiB", "minFree": "5%"}}})",
          R"({"storage": {"retention": {}, "storageDriver": {}, "cacheDriver": {}, "subPaths": {"/a": {"gc": true}}}})",
          R"({"http": {"accessControl": {"repositories": {"**": {"anonymousPolicy": ["read"]}}}}})",
          R"({"http": {"tls": {}}})",
          "{}",
      }) {
    const auto result = loadText(text);
    EXPECT_TRUE(result.config && result.problems.empty()) << text << "\n" << describe(result.problems);
  }
}

TEST(LoadErrors, OfUpstreamsKnowTheSpellingsOfDockerHub) {
  const auto problems = loadText(R"({"larder": {"upstreams": {"docker.io": {}, "index.docker.io": {}}}})").problems;
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].path, R"(larder.upstreams["index.docker.io"])");
  EXPECT_EQ(problems[0].severity, Severity::Error);
}

TEST(Problem, IsOneLine) {
  EXPECT_EQ(toString({Severity::Error, "a.b", "It is wrong.", "Do that"}), "a.b: It is wrong. (Do that)");
  EXPECT_EQ(toString({Severity::Error, "", "It is wrong.", ""}), "It is wrong.");
}

}  // namespace
}  // namespace larder::config
