// Each kind of error: where it is reported, in which words, with which hint.
#include <gtest/gtest.h>

#include "load_helpers.hpp"

namespace larder::config {
namespace {

struct Case {
  std::string_view text;
  std::string_view path;
  std::string_view message;  // a part of it
  std::string_view hint = "";
};

void expectOneProblem(const Case& one, Severity severity) {
  const auto problems = problemsOf(one.text, severity);
  ASSERT_EQ(problems.size(), 1u) << one.text << "\n" << describe(problems);
  EXPECT_EQ(problems[0].path, one.path) << one.text;
  EXPECT_NE(problems[0].message.find(one.message), std::string::npos) << problems[0].message;
  EXPECT_NE(problems[0].hint.find(one.hint), std::string::npos) << one.text << "\n" << problems[0].hint;
}

std::string registry(std::string_view members) {
  return R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"], "onDemand": true, )" +
         std::string(members) + "}]}}}";
}

TEST(LoadErrors, OfKeysNameTheNearestSpelling) {
  const Case cases[] = {
      {R"({"http": {"prot": "5000"}})", "http.prot", "Unknown key", "Did you mean port?"},
      {R"({"storag": {}})", "storag", "Unknown key", "Did you mean storage?"},
      {R"({"rootDirectory": "/x"})", "rootDirectory", "Unknown key", "storage.rootDirectory"},
      {R"({"extensions": {"sync": {"registeries": []}}})", "extensions.sync.registeries", "Unknown key", "registries"},
      {R"({"log": {"xyzzy": 1}})", "log.xyzzy", "Unknown key", "level, output, audit"},
      {R"({"http": {"accessControl": {"repositories": {"a/**": {"polices": []}}}}})",
       R"(http.accessControl.repositories["a/**"].polices)", "Unknown key", "policies"},
      {R"({"storage": {"subPaths": {"/a": {"fastRestart": true}}}})", R"(storage.subPaths["/a"].fastRestart)",
       "Unknown key", "storage.fastRestart"},
      {R"({"http": {"port": 1, "Port": 2}})", "http.port", "twice", "case-insensitive"},
      {R"({"http": {"port": 1, "port": 2}})", "http.port", "twice"},
      {"{\"a\\nb\": 1}", "a?b", "Unknown key"},
  };
  for (const auto& one : cases) expectOneProblem(one, Severity::Error);
}

TEST(LoadErrors, OfTypesSayWhichIsRight) {
  const Case cases[] = {
      {R"({"http": []})", "http", "an object, but is a list"},
      {R"({"storage": {"dedupe": "perhaps"}})", "storage.dedupe", "true or false, but is the string \"perhaps\""},
      {R"({"storage": {"gcDelay": true}})", "storage.gcDelay", "a duration such as"},
      {R"({"storage": {"gcDelay": 1.5}})", "storage.gcDelay", "Write a duration as"},
      {R"({"storage": {"maxRepos": 1.5}})", "storage.maxRepos", "an integer, but is the number 1.5"},
      {R"({"storage": {"rootDirectory": {}}})", "storage.rootDirectory", "a string, but is an object"},
      {R"({"storage": {"rootDirectory": true}})", "storage.rootDirectory", "a string, but is true"},
      {R"({"http": {"accessControl": {"groups": {"g": {"users": [1.5, {}]}}}}})",
       R"(http.accessControl.groups["g"].users[1])", "a string, but is an object"},
      {R"({"larder": {"cpus": "many"}})", "larder.cpus", "a number, but is the string \"many\""},
  };
  for (const auto& one : cases) expectOneProblem(one, Severity::Error);
}

TEST(LoadErrors, OfValuesSayWhatIsRight) {
  const Case cases[] = {
      {R"({"http": {"port": "many"}})", "http.port", "from 0 to 65535"},
      {R"({"http": {"port": 123456}})", "http.port", "from 0 to 65535"},
      {R"({"http": {"port": -1}})", "http.port", "from 0 to 65535"},
      {R"({"http": {"address": "example.org"}})", "http.address", "not a valid IP address", "0.0.0.0"},
      {R"({"http": {"address": "0.0.0.0:5000"}})", "http.address", "not a valid IP address", "port in its own key"},
      {R"({"http": {"externalUrl": "registry.example.org"}})", "http.externalUrl", "not a valid URL", "https://"},
      {R"({"http": {"compat": ["docker1"]}})", "http.compat[0]", "\"docker1\" is not a valid value", "docker2s2"},
      {R"({"larder": {"management": {"trustedProxies": ["10.0.0.0/33"]}}})", "larder.management.trustedProxies[0]",
       "not a valid IP network"},
      {R"({"http": {"auth": {"failDelay": -1}}})", "http.auth.failDelay", "at least 0"},
      {R"({"http": {"ratelimit": {"rate": 0}}})", "http.ratelimit.rate", "more than 0"},
      {R"({"http": {"ratelimit": {"methods": [{"method": "GET"}]}}})", "http.ratelimit.methods[0].rate", "missing"},
      {R"({"http": {"ratelimit": {"methods": [{"method": "GTE", "rate": 1}]}}})", "http.ratelimit.methods[0].method",
       "not a valid value", "Did you mean GET?"},
      {R"({"log": {"level": "loud"}})", "log.level", "\"loud\" is not a valid value", "debug"},
      {R"({"log": {"level": "inf"}})", "log.level", "not a valid value", "Did you mean info?"},
      {R"({"storage": {"gcDelay": "5 minutes"}})", "storage.gcDelay", "Write a duration as"},
      {R"({"storage": {"gcDelay": "-5m"}})", "storage.gcDelay", "at least 0s"},
      {R"({"storage": {"gcTimeWindow": "1-8"}})", "storage.gcTimeWindow", "HH:MM-HH:MM"},
      {R"({"storage": {"gcTimeWindow": "25:00-08:00"}})", "storage.gcTimeWindow", "HH:MM-HH:MM"},
      {R"({"storage": {"gcTimeWindow": "08:00-8:00"}})", "storage.gcTimeWindow", "start and end at the same time"},
      {R"({"storage": {"maxRepos": -1}})", "storage.maxRepos", "at least 0"},
      {R"({"storage": {"rootDirectory": ""}})", "storage.rootDirectory", "must not be empty"},
      {R"({"storage": {"retention": {"policies": [{"repositories": ["a{"]}]}}})",
       "storage.retention.policies[0].repositories[0]", "not a valid glob"},
      {R"({"storage": {"retention": {"policies": [{"keepTags": [{"patterns": ["a", "("]}]}]}}})",
       "storage.retention.policies[0].keepTags[0].patterns[1]", "regex is not valid"},
      {R"({"storage": {"subPaths": {"team": {}}}})", R"(storage.subPaths["team"])", "not a valid route", "/team"},
      {R"({"http": {"accessControl": {"repositories": {"a[": {}}}}})", R"(http.accessControl.repositories["a["])",
       "not a valid glob"},
      {R"({"http": {"accessControl": {"repositories": {"**": {"anonymousPolicy": ["raed"]}}}}})",
       R"(http.accessControl.repositories["**"].anonymousPolicy[0])", "not a valid value", "Did you mean read?"},
      {R"({"extensions": {"metrics": {"prometheus": {"path": "metrics"}}}})", "extensions.metrics.prometheus.path",
       "begin with /"},
      {R"({"extensions": {"metrics": {"prometheus": {"path": "/a//b"}}}})", "extensions.metrics.prometheus.path",
       "must not contain //"},
      {R"({"extensions": {"metrics": {"prometheus": {"path": "/v2"}}}})", "extensions.metrics.prometheus.path",
       "something else"},
      {R"({"larder": {"memoryLimit": "lots"}})", "larder.memoryLimit", "Write a size as"},
      {R"({"larder": {"storage": {"maxBytes": "0%"}}})", "larder.storage.maxBytes", "more than 0%"},
      {R"({"larder": {"storage": {"maxBytes": 0}}})", "larder.storage.maxBytes", "more than 0"},
      {R"({"larder": {"storage": {"highWatermark": "10GiB"}}})", "larder.storage.highWatermark",
       "A percentage must be"},
      {R"({"larder": {"storage": {"highWatermark": 80, "lowWatermark": "90%"}}})", "larder.storage.lowWatermark",
       "less than the high one"},
      {R"({"larder": {"storage": {"highWatermark": 80}}})", "larder.storage.highWatermark", "less than the high one"},
      {R"({"larder": {"upstream": {"connectTimeout": "0s"}}})", "larder.upstream.connectTimeout", "at least 1ms"},
      {R"({"larder": {"upstreams": {"https://docker.io": {}}}})", R"(larder.upstreams["https://docker.io"])",
       "not a valid host name", "docker.io"},
      {R"({"larder": {"management": {"allowedOrigins": ["https://a.example/x"]}}})",
       "larder.management.allowedOrigins[0]", "not a valid origin"},
      {R"({"larder": {"management": {"bcryptCost": 31}}})", "larder.management.bcryptCost", "at most 16"},
  };
  for (const auto& one : cases) expectOneProblem(one, Severity::Error);
}

TEST(LoadErrors, OfSyncRulesSayWhatIsRight) {
  const std::pair<std::string, Case> cases[] = {
      {registry(R"("content": [{"prefix": "a["}])"), {"", "content[0].prefix", "not a valid glob", "**"}},
      {registry(R"("content": [{"tags": {"regex": "["}}])"), {"", "content[0].tags.regex", "regex is not valid"}},
      {registry(R"("content": [{"tags": {"excludeRegex": "a\\C"}}])"), {"", "content[0].tags.excludeRegex", "\\C"}},
      {registry(R"("content": [{"destination": "/Docker"}])"), {"", "content[0].destination", "not a valid start"}},
      {registry(R"("content": [{"prefix": "a", "destination": "/", "stripPrefix": true}])"),
       {"", "content[0].stripPrefix", "would be empty"}},
      {registry(R"("maxRetries": 3)"), {"", "retryDelay", "missing", "maxRetries"}},
      {registry(R"("maxRetryDelay": "1s")"), {"", "retryDelay", "missing", "maxRetryDelay"}},
      {registry(R"("retryDelay": "2s", "maxRetryDelay": "1s")"), {"", "maxRetryDelay", "at least retryDelay"}},
      {registry(R"("reqConcurrent": 0)"), {"", "reqConcurrent", "at least 1"}},
      {registry(R"("reqPerSec": 0)"), {"", "reqPerSec", "more than 0"}},
      {registry(R"("maxIdleConnsPerHost": 0)"), {"", "maxIdleConnsPerHost", "at least 1"}},
      {registry(R"("certDir": "/nowhere/certs")"), {"", "certDir", "cannot be read"}},
      {registry(R"("credentialHelper": "azure")"), {"", "credentialHelper", "not a valid value"}},
      {registry(R"("credentialHelper": "gcp")"), {"", "urls[0]", "gcr.io", "separate rule"}},
      {registry(R"("credentialHelper": "ecr")"), {"", "urls[0]", "ecr only works with"}},
      {registry(R"("credentialHelper": "oauth2", "oauth2CredentialHelper": {"assertionFile": "/a"})"),
       {"", "oauth2CredentialHelper.tokenURL", "missing", "needs it"}},
      {registry(R"("credentialHelper": "oauth2", "oauth2CredentialHelper": {"tokenURL": "https://a.example"})"),
       {"", "oauth2CredentialHelper", "either an assertionFile or a signingFile"}},
      {registry(R"("credentialHelper": "oauth2", "oauth2CredentialHelper": {"tokenURL": "https://a.example",
           "assertionFile": "/a", "audience": "x"})"),
       {"", "oauth2CredentialHelper.audience", "Only the token-exchange grant"}},
      {registry(R"("onDemand ": true)"), {"", "onDemand ", "Unknown key", "onDemand"}},
  };
  for (const auto& [text, one] : cases) {
    const auto path = "extensions.sync.registries[0]." + std::string(one.path);
    expectOneProblem({text, path, one.message, one.hint}, Severity::Error);
  }
}

TEST(LoadErrors, OfUrlsSayWhatIsRight) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"docker.io", "not a valid URL"},
      {"ftp://example.org", "https:// or http://"},
      {"https://user:secret@example.org", "user name"},
      {"https://", "host of this URL"},
      {"https://exa mple.org", "host of this URL"},
      {"https://example.org:99999", "host of this URL"},
      {"https://example.org?x=1", "query"},
      {"http://127.0.0.1:5000", "Larder's own address"},
      {"http://localhost:5000/", "Larder's own address"},
  };
  for (const auto& [url, message] : cases) {
    const auto text =
        R"({"extensions": {"sync": {"registries": [{"urls": [")" + std::string(url) + R"("], "onDemand": true}]}}})";
    expectOneProblem({text, "extensions.sync.registries[0].urls[0]", message}, Severity::Error);
    EXPECT_EQ(describe(loadText(text).problems).find("secret"), std::string::npos);
  }
  expectOneProblem({R"({"extensions": {"sync": {"registries": [{"onDemand": true}]}}})",
                    "extensions.sync.registries[0].urls", "missing"},
                   Severity::Error);
  expectOneProblem({R"({"extensions": {"sync": {"registries": [{"urls": [], "onDemand": true}]}}})",
                    "extensions.sync.registries[0].urls", "at least 1"},
                   Severity::Error);
}

TEST(LoadErrors, KeepAnOpenRegistryFromStarting) {
  const Case cases[] = {
      {R"({"http": {"auth": {"ldap": {"address": "ldap.example.org"}}}})", "http.auth.ldap", "open to everyone",
       "http.auth.htpasswd"},
      {R"({"http": {"auth": {"bearer": {"realm": "https://a.example"}}}})", "http.auth.bearer", "open to everyone"},
      {R"({"http": {"auth": {"openid": {"providers": {"github": {}}}}}})", "http.auth.openid", "open to everyone"},
      {R"({"http": {"auth": {"apikey": true}}})", "http.auth.apikey", "open to everyone"},
      {R"({"http": {"auth": {"htpasswd": {}}}})", "http.auth.htpasswd.path", "missing"},
      {R"({"http": {"auth": {"htpasswd": {"path": ""}}}})", "http.auth.htpasswd.path", "must not be empty"},
      {R"({"http": {"auth": {"mtls": {}}}})", "http.auth.mtls", "in http.tls"},
  };
  for (const auto& one : cases) expectOneProblem(one, Severity::Error);
  EXPECT_TRUE(loaded(R"({"http": {"auth": {"apikey": false}}})"));
}

TEST(LoadErrors, KeepImagesFromGoingToTheWrongPlace) {
  const Case cases[] = {
      {R"({"storage": {"storageDriver": {"name": "s3", "bucket": "b"}}})", "storage.storageDriver",
       "\"s3\" is not available"},
      {R"({"storage": {"storageDriver": {"bucket": "b"}}})", "storage.storageDriver", "not available"},
      {R"({"storage": {"subPaths": {"/a": {"storageDriver": {"name": "gcs"}}}}})",
       R"(storage.subPaths["/a"].storageDriver)", "\"gcs\" is not available"},
      {R"({"storage": {"rootDirectory": "/d", "subPaths": {"/a": {"rootDirectory": "/d/"}}}})",
       R"(storage.subPaths["/a"].rootDirectory)", "storage.rootDirectory", "separate directories"},
      {R"({"storage": {"rootDirectory": "/d", "subPaths": {"/a": {"rootDirectory": "/d/x/../y"}}}})",
       R"(storage.subPaths["/a"].rootDirectory)", "overlaps with"},
      {R"({"storage": {"rootDirectory": "/d/x", "subPaths": {"/a": {"rootDirectory": "/d"}}}})",
       R"(storage.subPaths["/a"].rootDirectory)", "overlaps with"},
  };
  for (const auto& one : cases) expectOneProblem(one, Severity::Error);
  EXPECT_TRUE(loaded(R"({"storage": {"storageDriver": {"name": "local"}}})"));
  EXPECT_TRUE(loaded(R"({"storage": {"rootDirectory": "/d", "subPaths": {"/a": {"rootDirectory": "/d2"}}}})"));
}

TEST(LoadErrors, AreAllNamedAtOnceInTheFilesOrder) {
  constexpr std::string_view kText = R"({
    "log": {"level": "loud"},
    "larder": {"storage": {"highWatermark": 10}},
    "http": {"prot": 1, "port": "x", "auth": {"apikey": true}},
    "storag": {},
    "extensions": {"sync": {"registries": [{"urls": ["ftp://a"], "onDemand": true, "maxRetries": 1},
                                           {"urls": ["https://a"], "onDemand": "x"}]}}
  })";
  EXPECT_EQ(
      pathsOf(problemsOf(kText, Severity::Error)),
      (std::vector<std::string>{"log.level", "larder.storage.highWatermark", "http.prot", "http.port",
                                "http.auth.apikey", "storag", "extensions.sync.registries[0].urls[0]",
                                "extensions.sync.registries[0].retryDelay", "extensions.sync.registries[1].onDemand"}));
}

TEST(LoadErrors, ComeBeforeWarnings) {
  const auto problems = loadText(R"({"storage": {"redirectBlobURL": true}, "nonsense": 1})").problems;
  ASSERT_EQ(problems.size(), 2u) << describe(problems);
  EXPECT_EQ(problems[0].path, "nonsense");
  EXPECT_EQ(problems[1].path, "storage.redirectBlobURL");
  EXPECT_EQ(problems[1].severity, Severity::Warning);
}

TEST(LoadErrors, AreBounded) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"unknown key " + std::to_string(i) + "\": 1, ";
  text += "\"last\": 1}";
  const auto problems = loadText(text).problems;
  EXPECT_EQ(problems.size(), 201u);
  EXPECT_NE(problems.back().message.find("801 more"), std::string::npos) << problems.back().message;
}

TEST(LoadErrors, DoNotShowSecrets) {
  constexpr std::string_view kSecret = "hunter2";
  const std::string texts[] = {
      R"({"storage": {"storageDriver": {"name": "s3", "secretkey": ["hunter2"], "accesskey": {"a": "hunter2"}}}})",
      R"({"storage": {"storageDriver": {"name": "s3", "sessiontoken": "hunter2"}}})",
      R"({"cluster": {"hashKey": {"x": "hunter2"}}})",
      R"({"extensions": {"events": {"sinks": [{"type": "http", "credentials": {"password": ["hunter2"]}}]}}})",
      R"({"a": hunter2})",
  };
  for (const auto& text : texts) {
    EXPECT_EQ(describe(loadText(text).problems).find(kSecret), std::string::npos) << describe(loadText(text).problems);
  }
}

}  // namespace
}  // namespace larder::config
