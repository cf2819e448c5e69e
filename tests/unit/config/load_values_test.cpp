// What becomes of right values.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "load_helpers.hpp"

namespace larder::config {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

TEST(LoadValues, OfNothingAreTheDefaultsOfTheHeader) {
  const auto config = loaded("{}");
  const Config defaults;
  EXPECT_EQ(config->distSpecVersion, defaults.distSpecVersion);
  EXPECT_EQ(config->http.address, defaults.http.address);
  EXPECT_EQ(config->http.port, defaults.http.port);
  EXPECT_EQ(config->http.realm, defaults.http.realm);
  EXPECT_EQ(config->http.readTimeout, defaults.http.readTimeout);
  EXPECT_EQ(config->http.writeTimeout, defaults.http.writeTimeout);
  EXPECT_EQ(config->http.auth.failDelay, defaults.http.auth.failDelay);
  EXPECT_FALSE(config->http.tls || config->http.rateLimit || config->http.accessControl ||
               config->http.auth.htpasswdPath);
  EXPECT_EQ(config->log.level, defaults.log.level);
  EXPECT_EQ(config->storage.dedupe, defaults.storage.dedupe);
  EXPECT_EQ(config->storage.commit, defaults.storage.commit);
  EXPECT_EQ(config->storage.gc, defaults.storage.gc);
  EXPECT_EQ(config->storage.gcDelay, defaults.storage.gcDelay);
  EXPECT_EQ(config->storage.gcInterval, defaults.storage.gcInterval);
  EXPECT_FALSE(config->storage.maxRepos || config->storage.retention || config->schedulerWorkers);
  EXPECT_FALSE(config->extensions.sync);
  EXPECT_EQ(config->extensions.metrics.enable, defaults.extensions.metrics.enable);
  EXPECT_EQ(config->extensions.metrics.path, defaults.extensions.metrics.path);
  EXPECT_EQ(config->extensions.ui, defaults.extensions.ui);
  EXPECT_EQ(config->extensions.scrub.enable, defaults.extensions.scrub.enable);
  EXPECT_FALSE(config->larder.memoryLimit || config->larder.cpus || config->larder.storage.maxBytes);
  EXPECT_EQ(config->larder.storage.highWatermark, defaults.larder.storage.highWatermark);
  EXPECT_EQ(config->larder.storage.lowWatermark, defaults.larder.storage.lowWatermark);
  EXPECT_EQ(core::resolve(config->larder.storage.minFree, 0), core::resolve(defaults.larder.storage.minFree, 0));
  EXPECT_EQ(config->larder.upstream.connectTimeout, defaults.larder.upstream.connectTimeout);
  EXPECT_EQ(config->larder.upstream.firstByteTimeout, defaults.larder.upstream.firstByteTimeout);
  EXPECT_EQ(config->larder.upstream.revalidateTimeout, defaults.larder.upstream.revalidateTimeout);
  EXPECT_EQ(config->larder.upstream.negativeTtl, defaults.larder.upstream.negativeTtl);
  EXPECT_EQ(config->larder.upstream.missBudget, defaults.larder.upstream.missBudget);
  EXPECT_EQ(config->larder.upstream.breakerFailures, defaults.larder.upstream.breakerFailures);
  EXPECT_EQ(config->larder.upstream.breakerOpenFor, defaults.larder.upstream.breakerOpenFor);
  EXPECT_EQ(config->larder.management.bcryptCost, defaults.larder.management.bcryptCost);
  EXPECT_EQ(config->larder.limits.connections, defaults.larder.limits.connections);
  EXPECT_EQ(config->larder.limits.uploads, defaults.larder.limits.uploads);
  EXPECT_EQ(config->larder.limits.addressShare, defaults.larder.limits.addressShare);
  EXPECT_EQ(config->larder.limits.minRate, defaults.larder.limits.minRate);
  EXPECT_EQ(config->larder.limits.minRateWindow, defaults.larder.limits.minRateWindow);
  EXPECT_EQ(config->larder.limits.loginGuesses, defaults.larder.limits.loginGuesses);
  EXPECT_EQ(config->larder.audit.maxSize, defaults.larder.audit.maxSize);
  EXPECT_EQ(config->larder.audit.keep, defaults.larder.audit.keep);
}

TEST(LoadValues, OfARuleWithUrlsOnlyAreTheDefaultsOfTheHeader) {
  const auto config = loaded(R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"]}]}}})");
  const auto& rule = config->extensions.sync->registries.at(0);
  const SyncRegistry defaults;
  EXPECT_TRUE(config->extensions.sync->enable);
  EXPECT_EQ(rule.onDemand, defaults.onDemand);
  EXPECT_EQ(rule.pollInterval, defaults.pollInterval);
  EXPECT_EQ(rule.tlsVerify, defaults.tlsVerify);
  EXPECT_EQ(rule.maxRetries, defaults.maxRetries);
  EXPECT_EQ(rule.retryDelay, defaults.retryDelay);
  EXPECT_EQ(rule.maxRetryDelay, defaults.maxRetryDelay);
  EXPECT_EQ(rule.onlySigned, defaults.onlySigned);
  EXPECT_EQ(rule.syncLegacyCosignTags, defaults.syncLegacyCosignTags);
  EXPECT_EQ(rule.preserveDigest, defaults.preserveDigest);
  EXPECT_EQ(rule.syncTimeout, defaults.syncTimeout);
  EXPECT_EQ(rule.manifestCheckInterval, defaults.manifestCheckInterval);
  EXPECT_EQ(rule.reqConcurrent, defaults.reqConcurrent);
  EXPECT_EQ(rule.reqPerSec, defaults.reqPerSec);
  EXPECT_EQ(rule.disableHttp2, defaults.disableHttp2);
  EXPECT_EQ(rule.maxIdleConnsPerHost, defaults.maxIdleConnsPerHost);
  EXPECT_EQ(rule.credentialHelper, defaults.credentialHelper);
}

TEST(LoadValues, OfStorageAreTakenOver) {
  const auto config = loaded(R"json({"storage": {
    "rootDirectory": "/data", "dedupe": false, "commit": false, "gc": true, "gcDelay": "2h", "gcInterval": 3600000000000,
    "gcTimeWindow": "01:00-08:00", "maxRepos": 7, "subPaths": {"/Team": {"rootDirectory": "/other"}},
    "retention": {"dryRun": true, "policies": [{
      "repositories": ["infra/*", "{a,b}"], "deleteReferrers": true, "deleteUntagged": false,
      "keepTags": [{"patterns": ["v(?<major>\\d+)"], "pulledWithin": "168h", "mostRecentlyPushedCount": 3}],
      "keepUntagged": {"pushedWithin": "24h", "mostRecentlyPulledCount": 5}}]}}})json");
  const auto& storage = config->storage;
  EXPECT_EQ(storage.rootDirectory, "/data");
  EXPECT_FALSE(storage.dedupe || storage.commit);
  EXPECT_EQ(storage.gcDelay, 2h);
  EXPECT_EQ(storage.gcInterval, 1h);
  EXPECT_EQ(storage.gcTimeWindow, "01:00-08:00");
  EXPECT_EQ(storage.maxRepos, 7u);
  ASSERT_TRUE(storage.retention);
  EXPECT_TRUE(storage.retention->dryRun);
  EXPECT_EQ(storage.retention->delay, 2h) << "as gcDelay if not set";
  const auto& policy = storage.retention->policies.at(0);
  ASSERT_EQ(policy.repositories.size(), 2u);
  EXPECT_TRUE(policy.repositories[1].matches("b"));
  EXPECT_TRUE(policy.deleteReferrers);
  EXPECT_FALSE(policy.deleteUntagged);
  EXPECT_EQ(policy.keepTags.at(0).patterns, Strings{"v(?P<major>\\d+)"}) << "in RE2's spelling";
  EXPECT_EQ(policy.keepTags.at(0).pulledWithin, 168h);
  EXPECT_FALSE(policy.keepTags.at(0).pushedWithin);
  EXPECT_EQ(policy.keepTags.at(0).mostRecentlyPushedCount, 3u);
  ASSERT_TRUE(policy.keepUntagged);
  EXPECT_EQ(policy.keepUntagged->pushedWithin, 24h);
  EXPECT_EQ(policy.keepUntagged->mostRecentlyPulledCount, 5u);
  ASSERT_EQ(config->subPaths.size(), 1u);
  EXPECT_EQ(config->subPaths.at("/team").rootDirectory, "/other");
  EXPECT_EQ(config->subPaths.at("/team").gcDelay, 1h);
  EXPECT_FALSE(config->subPaths.at("/team").gc) << "unless it is set";
}

TEST(LoadValues, OfHttpAreTakenOver) {
  const auto config = loaded(R"({"http": {
    "address": "", "port": "8080", "externalUrl": "https://registry.example.org", "realm": "zot",
    "allowOrigin": "https://a.example, https://b.example", "readTimeout": "1m30s", "writeTimeout": "-1s",
    "compat": ["docker2s2"], "auth": {"failDelay": 0},
    "ratelimit": {"rate": 10, "methods": [{"method": "get", "rate": 2.5}]},
    "accessControl": {
      "repositories": {
        "b/**": {"policies": [{"users": ["u"], "groups": ["g"], "actions": ["read", "detectManifestCollision"]},
                              {"users": ["v"], "actions": ["delete"], "conditions": [{"expression": "true"}]}]},
        "A": null,
        "a/*": {"anonymousPolicy": ["read"], "defaultPolicy": ["read", "create"]}},
      "adminPolicy": {"users": ["root"], "actions": ["read", "create", "update", "delete"]},
      "groups": {"g": {"users": ["x", "y"]}},
      "metrics": {"users": ["prom"], "anonymousPolicy": []}}}})");
  const auto& http = config->http;
  EXPECT_EQ(http.address, "");
  EXPECT_EQ(http.port, 8080);
  EXPECT_EQ(http.externalUrl, "https://registry.example.org");
  EXPECT_EQ(http.realm, "zot");
  EXPECT_EQ(http.allowOrigin, (Strings{"https://a.example", "https://b.example"}));
  EXPECT_EQ(http.readTimeout, 90s);
  EXPECT_EQ(http.writeTimeout, 0s) << "what is not positive is no limit";
  EXPECT_EQ(http.compat, Strings{"docker2s2"});
  EXPECT_EQ(http.auth.failDelay, 0s);
  ASSERT_TRUE(http.rateLimit);
  EXPECT_EQ(http.rateLimit->rate, 10);
  EXPECT_EQ(http.rateLimit->methods.at("GET"), 2.5);

  ASSERT_TRUE(http.accessControl);
  const auto& rules = http.accessControl->repositories;
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_EQ(rules[0].key, "b/**") << "in the file's order";
  EXPECT_EQ(rules[1].key, "A") << "names that are data keep their case";
  EXPECT_EQ(rules[2].key, "a/*");
  ASSERT_EQ(rules[0].policies.size(), 1u) << "a policy with conditions grants nothing";
  EXPECT_EQ(rules[0].policies[0].groups, Strings{"g"});
  EXPECT_EQ(rules[0].policies[0].actions, (Strings{"read", "detectManifestCollision"}));
  EXPECT_EQ(rules[2].anonymousPolicy, Strings{"read"});
  EXPECT_EQ(rules[2].defaultPolicy, (Strings{"read", "create"}));
  EXPECT_EQ(http.accessControl->adminPolicy.users, Strings{"root"});
  EXPECT_EQ(http.accessControl->groups.at("g"), (Strings{"x", "y"}));
  ASSERT_TRUE(http.accessControl->metrics);
  EXPECT_EQ(http.accessControl->metrics->users, Strings{"prom"});
}

TEST(LoadValues, OfAnAdminPolicyWithConditionsGrantNothing) {
  const auto config = loaded(R"({"http": {"accessControl": {"adminPolicy": {
      "users": ["root"], "actions": ["read"], "conditions": [{"expression": "true"}]}}}})");
  EXPECT_TRUE(config->http.accessControl->adminPolicy.users.empty());
}

TEST(LoadValues, OfSyncAreTakenOver) {
  const auto config = loaded(R"({"extensions": {"sync": {"enable": false, "registries": [{
    "urls": ["https://europe-docker.pkg.dev", "https://gcr.io/hub"], "onDemand": true,
    "pollInterval": "6h", "tlsVerify": false, "certDir": "/", "maxRetries": 5, "retryDelay": "30s",
    "maxRetryDelay": "2m", "onlySigned": true, "syncLegacyCosignTags": false, "preserveDigest": true, "syncTimeout": "10m",
    "manifestCheckInterval": "0s", "reqConcurrent": 8, "reqPerSec": 2.5, "disableHTTP2": true, "maxIdleConnsPerHost": 4,
    "credentialHelper": "gcp",
    "content": [{"prefix": "team/**", "destination": "/docker.io", "stripPrefix": true,
                 "tags": {"regex": "^6.*", "excludeRegex": ".*-rc", "semver": true}}, {}]}]}}})");
  const auto& sync = *config->extensions.sync;
  EXPECT_FALSE(sync.enable);
  const auto& rule = sync.registries.at(0);
  EXPECT_EQ(rule.urls, (Strings{"https://europe-docker.pkg.dev", "https://gcr.io/hub"}));
  EXPECT_EQ(rule.pollInterval, 6h);
  EXPECT_FALSE(rule.tlsVerify);
  EXPECT_EQ(rule.certDir, "/");
  EXPECT_EQ(rule.maxRetries, 5);
  EXPECT_EQ(rule.retryDelay, 30s);
  EXPECT_EQ(rule.maxRetryDelay, 2min);
  EXPECT_TRUE(rule.onlySigned);
  EXPECT_FALSE(rule.syncLegacyCosignTags);
  EXPECT_EQ(rule.syncTimeout, 10min);
  EXPECT_EQ(rule.manifestCheckInterval, 0s);
  EXPECT_EQ(rule.reqConcurrent, 8u);
  EXPECT_EQ(rule.reqPerSec, 2.5);
  EXPECT_TRUE(rule.disableHttp2);
  EXPECT_EQ(rule.maxIdleConnsPerHost, 4u);
  EXPECT_EQ(rule.credentialHelper, "gcp");
  ASSERT_EQ(rule.content.size(), 2u);
  EXPECT_EQ(rule.content[0].prefix.pattern(), "team/**");
  EXPECT_EQ(rule.content[0].destination, "/docker.io");
  EXPECT_TRUE(rule.content[0].stripPrefix);
  EXPECT_EQ(rule.content[0].tagsRegex, "^6.*");
  EXPECT_EQ(rule.content[0].tagsExcludeRegex, ".*-rc");
  EXPECT_TRUE(rule.content[0].tagsSemver);
  EXPECT_EQ(rule.content[1].prefix.pattern(), "**");
}

TEST(LoadValues, OfTheOAuth2HelperAreTakenOver) {
  const auto config = loaded(R"({"extensions": {"sync": {"registries": [{"urls": ["https://a.example"],
    "onDemand": true, "credentialHelper": "oauth2", "oauth2CredentialHelper": {"tokenURL": "https://idp.example/token",
    "assertionFile": "/a", "grantType": "urn:ietf:params:oauth:grant-type:token-exchange", "clientId": "me",
    "clientSecretFile": "/s", "scopes": ["pull"], "username": "robot", "audience": "x",
    "subjectTokenType": "urn:a", "requestedTokenType": "urn:b"}}]}}})");
  const auto& helper = config->extensions.sync->registries.at(0).oauth2Helper;
  EXPECT_EQ(helper.tokenUrl, "https://idp.example/token");
  EXPECT_EQ(helper.assertionFile, "/a");
  EXPECT_EQ(helper.signingFile, "");
  EXPECT_EQ(helper.grantType, "urn:ietf:params:oauth:grant-type:token-exchange");
  EXPECT_EQ(helper.clientId, "me");
  EXPECT_EQ(helper.clientSecretFile, "/s");
  EXPECT_EQ(helper.scopes, Strings{"pull"});
  EXPECT_EQ(helper.username, "robot");
  EXPECT_EQ(helper.audience, "x");
  EXPECT_EQ(helper.subjectTokenType, "urn:a");
  EXPECT_EQ(helper.requestedTokenType, "urn:b");
}

TEST(LoadValues, OfLarderAreTakenOver) {
  const auto config = loaded(R"({"scheduler": {"numWorkers": 3}, "larder": {
    "memoryLimit": "800MiB", "cpus": 1.5,
    "storage": {"maxBytes": "80%", "highWatermark": "90%", "lowWatermark": 70.5, "minFree": "5%",
                "scrubRate": "5MB"},
    "upstream": {"connectTimeout": "1s", "breaker": {"failures": 9}},
    "upstreams": {"Index.Docker.io": {"downloadRate": "10MB", "requestBudget": 50, "allowedAuthRealms": ["auth.example"],
                                      "immutableTags": "^v\\d", "allowPush": ["docker.io/team/*"],
                                      "platforms": ["linux/arm/v7"]}},
    "limits": {"connections": 100, "uploads": 5, "addressShare": 50, "minRate": "2KiB", "minRateWindow": "30s",
               "loginGuesses": 3},
    "audit": {"maxSize": "1MiB", "keep": 2},
    "management": {"admins": ["me"], "readOnly": true}}})");
  const auto& larder = config->larder;
  EXPECT_EQ(larder.limits.connections, 100u);
  EXPECT_EQ(larder.limits.uploads, 5u);
  EXPECT_EQ(larder.limits.addressShare, 50u);
  EXPECT_EQ(larder.limits.minRate, 2048u);
  EXPECT_EQ(larder.limits.minRateWindow, 30s);
  EXPECT_EQ(larder.limits.loginGuesses, 3u);
  EXPECT_EQ(larder.audit.maxSize, 1u << 20);
  EXPECT_EQ(larder.audit.keep, 2u);
  EXPECT_EQ(config->schedulerWorkers, 3u);
  EXPECT_EQ(larder.memoryLimit, 800u << 20);
  EXPECT_EQ(larder.cpus, 1.5);
  ASSERT_TRUE(larder.storage.maxBytes);
  EXPECT_EQ(core::resolve(*larder.storage.maxBytes, 1000), 800u);
  EXPECT_EQ(larder.storage.highWatermark, 90);
  EXPECT_EQ(larder.storage.lowWatermark, 70.5);
  EXPECT_EQ(core::resolve(larder.storage.minFree, 1000), 50u);
  EXPECT_EQ(larder.storage.scrubRate, 5'000'000u);
  EXPECT_EQ(larder.upstream.connectTimeout, 1s);
  EXPECT_EQ(larder.upstream.breakerFailures, 9);
  EXPECT_EQ(larder.upstream.breakerOpenFor, 10s);
  const auto& hub = larder.upstreams.at("docker.io");
  EXPECT_EQ(hub.downloadRate, 10'000'000u);
  EXPECT_EQ(hub.requestBudget, 50u);
  EXPECT_EQ(hub.allowedAuthRealms, Strings{"auth.example"});
  EXPECT_EQ(hub.immutableTags, "^v\\d");
  ASSERT_EQ(hub.allowPush.size(), 1u);
  EXPECT_EQ(hub.allowPush.front().pattern(), "docker.io/team/*");
  EXPECT_EQ(hub.platforms, Strings{"linux/arm/v7"});
  EXPECT_EQ(larder.management.admins, Strings{"me"});
  EXPECT_TRUE(larder.management.readOnly);
}

TEST(LoadValues, AreMatchedWithoutRegardToCase) {
  const auto config = loaded(
      R"({"HTTP": {"Port": "5001", "ADDRESS": "::1"}, "Storage": {"rootdirectory": "/D", "GCDELAY": "2h"},
          "extensions": {"METRICS": {"Enable": true, "Prometheus": {"PATH": "/M"}}}, "log": {"level": "WARN"}})");
  EXPECT_EQ(config->http.port, 5001);
  EXPECT_EQ(config->http.address, "::1");
  EXPECT_EQ(config->storage.rootDirectory, "/D");
  EXPECT_EQ(config->storage.gcDelay, 2h);
  EXPECT_EQ(config->extensions.metrics.path, "/M");
  EXPECT_EQ(config->log.level, LogLevel::Warn);
}

TEST(LoadValues, AreTakenInTheTypesThatZotTakes) {
  const auto config = loaded(
      R"({"storage": {"dedupe": "false", "commit": 1, "maxRepos": "5"}, "http": {"port": 5002.0, "realm": 7},
          "extensions": {"sync": {"registries": {"urls": "https://a.example", "onDemand": "true", "reqPerSec": "1.5"}}},
          "scheduler": {"numWorkers": 0}})");
  EXPECT_FALSE(config->storage.dedupe);
  EXPECT_TRUE(config->storage.commit);
  EXPECT_EQ(config->storage.maxRepos, 5u);
  EXPECT_EQ(config->http.port, 5002);
  EXPECT_EQ(config->http.realm, "7");
  EXPECT_EQ(config->extensions.sync->registries.at(0).urls, Strings{"https://a.example"});
  EXPECT_TRUE(config->extensions.sync->registries.at(0).onDemand);
  EXPECT_EQ(config->extensions.sync->registries.at(0).reqPerSec, 1.5);
  EXPECT_FALSE(config->schedulerWorkers);
}

TEST(LoadValues, ThatAreNullOrEmptyAreAsIfNotThere) {
  const auto config =
      loaded(R"({"http": {"port": "", "tls": null, "externalUrl": ""}, "storage": {"gcTimeWindow": ""}})");
  EXPECT_EQ(config->http.port, 5000);
  EXPECT_FALSE(config->http.tls);
}

TEST(LoadValues, SmallerThanAMillisecondAreNotLost) {
  EXPECT_EQ(loaded(R"({"larder": {"upstream": {"negativeTtl": "1us"}}})")->larder.upstream.negativeTtl, 1ms);
}

TEST(LoadValues, KeepTheWholeDocument) {
  const auto config = loaded(R"({"HTTP": {"Port": "5001"}, "cluster": {"members": ["a:1"]}, "extensions": {"sync":
      {"registries": [{"urls": ["https://a.example"], "onDemand": true, "retryDelay": "5m"}]}}})");
  const auto document = nlohmann::json::parse(config->document);
  EXPECT_EQ(document["http"]["port"], 5001);
  EXPECT_EQ(document["http"]["address"], "127.0.0.1");
  EXPECT_EQ(document["cluster"]["members"][0], "a:1");
  EXPECT_EQ(document["storage"]["gcDelay"], "1h");
  EXPECT_FALSE(document.contains("HTTP"));
  EXPECT_EQ(loaded(config->document)->document, config->document) << "it can be loaded again";
}

}  // namespace
}  // namespace larder::config
