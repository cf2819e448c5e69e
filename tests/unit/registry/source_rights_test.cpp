#include "larder/registry/source_rights.hpp"

#include <gtest/gtest.h>

namespace larder::registry {
namespace {

config::SyncRegistry ruleFor(std::string url, bool tlsVerify = true, std::string tokenUrl = {}) {
  config::SyncRegistry rule;
  rule.urls = {std::move(url)};
  rule.tlsVerify = tlsVerify;
  rule.oauth2Helper.tokenUrl = std::move(tokenUrl);
  return rule;
}

class SourceRightsTest : public testing::Test {
 protected:
  SourceRightsTest() {
    auto& rules = saved_.extensions.sync.emplace().registries;
    rules.push_back(ruleFor("http://127.0.0.1:5001", true, "http://127.0.0.1:9000/token"));
    rules.push_back(ruleFor("https://lax.example", false));
    rules.push_back(ruleFor("https://strict.example"));
  }
  SourceRights rights(const config::SyncRegistry& rule) const { return rightsOf(saved_, rule, rule.urls.front()); }

  config::Config saved_;
};

TEST_F(SourceRightsTest, AreWhole) {
  for (const auto& rule : saved_.extensions.sync->registries) {
    EXPECT_TRUE(rights(rule).localUpstream) << rule.urls.front();
    EXPECT_TRUE(rights(rule).storedCredentials) << rule.urls.front();
  }
  EXPECT_TRUE(rights(saved_.extensions.sync->registries.front()).localTokenService);
}

TEST_F(SourceRightsTest, LeadATrialToNoOtherHostOrPort) {
  EXPECT_TRUE(rights(ruleFor("http://127.0.0.1:5001/team")).localUpstream);
  for (const char* url : {"http://127.0.0.1:5002", "http://127.0.0.1", "http://localhost:5001", "http://[::1]:5001"}) {
    EXPECT_FALSE(rights(ruleFor(url)).localUpstream) << url;
  }
  EXPECT_TRUE(rights(ruleFor("https://x.example", true, "http://127.0.0.1:9000/other?x=1")).localTokenService);
  EXPECT_FALSE(rights(ruleFor("https://x.example", true, "http://127.0.0.1:9001/token")).localTokenService);
  EXPECT_FALSE(rights(ruleFor("https://x.example")).localTokenService);
}

TEST_F(SourceRightsTest, SendCredentialsNoLessSafelyThanTheyAreSent) {
  EXPECT_TRUE(rights(ruleFor("https://ghcr.io")).storedCredentials);
  EXPECT_FALSE(rights(ruleFor("http://ghcr.io")).storedCredentials);
  EXPECT_FALSE(rights(ruleFor("https://ghcr.io", false)).storedCredentials);
  EXPECT_FALSE(rights(ruleFor("http://strict.example")).storedCredentials);
  EXPECT_FALSE(rights(ruleFor("http://strict.example:443")).storedCredentials);
  EXPECT_FALSE(rights(ruleFor("https://strict.example", false)).storedCredentials);
  EXPECT_TRUE(rights(ruleFor("https://lax.example", false)).storedCredentials);
  EXPECT_FALSE(rights(ruleFor("https://lax.example:444", false)).storedCredentials);
}

}  // namespace
}  // namespace larder::registry
