#include <gtest/gtest.h>

#include "load_helpers.hpp"
#include "support/temp_directory.hpp"
#include "support/test_certificates.hpp"

namespace larder::config {
namespace {

using Strings = std::vector<std::string>;

TEST(RestartNeeded, NamesTheKeysThatCannotChangeMeanwhile) {
  const auto running = loaded(R"({"http": {"port": 5000}, "storage": {"rootDirectory": "/a"}})");
  const auto changed = loaded(R"({"larder": {"cpus": 2}, "storage": {"rootDirectory": "/b", "subPaths": {"/x": {}}},
      "http": {"port": 5001, "realm": "x"}, "scheduler": {"numWorkers": 4}})");
  EXPECT_EQ(restartNeeded(*running, *changed),
            (Strings{"storage.rootDirectory", "storage.subPaths", "http.port", "scheduler.numWorkers", "larder.cpus"}));
  EXPECT_EQ(restartNeeded(*changed, *running).size(), 5u);
}

TEST(RestartNeeded, IsEmptyForWhatTakesEffectAtOnce) {
  const auto running = loaded("{}");
  const auto changed = loaded(R"({"http": {"realm": "x", "readTimeout": "5s"}, "log": {"level": "debug"},
      "extensions": {"sync": {"registries": [{"urls": ["https://a.example"], "onDemand": true}]}}})");
  EXPECT_TRUE(restartNeeded(*running, *changed).empty());
}

TEST(RestartNeeded, IsEmptyForDefaultsGivenExplicitly) {
  const auto running = loaded("{}");
  const auto same = loaded(R"({"HTTP": {"port": "5000", "address": "127.0.0.1"}, "storage": {"commit": "true"}})");
  EXPECT_TRUE(restartNeeded(*running, *same).empty());
}

TEST(RestartNeeded, TakesANewCertificateWithoutOne) {
  const test::TempDirectory directory;
  const support::TestCertificate one(directory.path(), "one"), other(directory.path(), "other");
  const auto load = [](const support::TestCertificate& certificate) {
    return loaded(R"({"http": {"tls": {"cert": ")" + certificate.certificate() + R"(", "key": ")" + certificate.key() +
                  R"("}}})");
  };
  EXPECT_TRUE(restartNeeded(*load(one), *load(other)).empty());
  EXPECT_EQ(restartNeeded(*loaded("{}"), *load(one)), Strings{"http.tls"});
  EXPECT_EQ(restartNeeded(*load(one), *loaded("{}")), Strings{"http.tls"});
}

TEST(RestartNeeded, IsEmptyForSnapshotsMadeByHand) {
  Config one, other;
  other.http.port = 1;
  EXPECT_TRUE(restartNeeded(one, other).empty());
}

}  // namespace
}  // namespace larder::config
