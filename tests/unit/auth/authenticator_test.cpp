// Through makeAuthenticator(), as the daemon uses it.
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <sstream>

#include "larder/auth/methods.hpp"
#include "local_authenticator.hpp"
#include "support/manual_clock.hpp"
#include "support/run_task.hpp"
#include "unit/auth/fixtures.hpp"

namespace larder::auth {
namespace {

using core::ErrorCode;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using IdentityPtr = std::shared_ptr<const Identity>;

const std::string kAliceHeader = basic("alice:wonder land");

std::string file(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (auto line : lines) text.append(line).append("\n");
  return text;
}

class AuthenticatorTest : public testing::Test {
 protected:
  std::shared_ptr<Authenticator> make(const config::Config& config) {
    auto made = makeAuthenticator(config, clock_, threads_.blocking(), counter(), guard_);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made.value_or(nullptr);
  }
  OnRefusal counter() {
    return [this](std::string_view method) {
      EXPECT_EQ(method, "htpasswd");
      ++refused_;
    };
  }
  Result<IdentityPtr> logIn(const std::shared_ptr<Authenticator>& authenticator, const std::string& header,
                            const std::string& certificate = "", const std::string& address = "10.0.0.1") {
    return threads_.run(authenticator->authenticate(header, certificate, address));
  }
  void expectRefused(const std::shared_ptr<Authenticator>& authenticator, const std::string& header) {
    EXPECT_EQ(authenticator->remembered({header, "", "10.0.0.1"}), nullptr) << header;
    auto result = logIn(authenticator, header);
    ASSERT_FALSE(result) << header;
    EXPECT_EQ(result.error().code, ErrorCode::Unauthorized) << header;
  }
  static IdentityPtr remembered(const std::shared_ptr<Authenticator>& authenticator, const std::string& header,
                                const std::string& certificate = "") {
    return authenticator->remembered({header, certificate, "10.0.0.1"});
  }

  std::atomic<int> refused_{0};
  std::shared_ptr<LoginGuard> guard_ = std::make_shared<LoginGuard>(clock_, [](std::string_view) {});
  test::ManualClock clock_;
  test::TestRuntime threads_;
};

TEST_F(AuthenticatorTest, LetsInUsersOfEveryHashKind) {
  HtpasswdFile htpasswd(file({kAlice, kBob, kDave, kEve}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  for (const auto& [name, password] : std::vector<std::pair<std::string, std::string>>{
           {"alice", "wonder land"}, {"bob", "builder"}, {"dave", "five5"}, {"eve", "two2"}}) {
    auto identity = logIn(authenticator, basic(name + ':' + password));
    ASSERT_TRUE(identity) << name;
    EXPECT_EQ((*identity)->name, name);
    EXPECT_FALSE((*identity)->isAnonymous());
  }
}

TEST_F(AuthenticatorTest, RefusesWrongPasswordsAndUnknownUsersInTheSameWords) {
  HtpasswdFile htpasswd(file({kAlice, kBob}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  expectRefused(authenticator, basic("alice:builder"));
  expectRefused(authenticator, basic("alice:"));
  expectRefused(authenticator, basic("Alice:wonder land"));
  // The password of a user whose hash stands in for those of the unknown.
  expectRefused(authenticator, basic("mallory:wonder land"));
  expectRefused(authenticator, basic("mallory:builder"));
  EXPECT_EQ(logIn(authenticator, basic("alice:x")).error().message,
            logIn(authenticator, basic("mallory:x")).error().message);
}

TEST_F(AuthenticatorTest, RefusesMalformedHeadersAndOtherSchemes) {
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  for (const char* header : {"Basic", "Basic !!!!", "Basic dXNlcg==", "Bearer abc", "garbage"}) {
    expectRefused(authenticator, header);
  }
  expectRefused(authenticator, basic("alice:" + std::string(4000, 'x')));
}

TEST_F(AuthenticatorTest, RefusesEveryoneWhenTheFileIsEmpty) {
  HtpasswdFile htpasswd("");
  auto authenticator = make(htpasswdConfig(htpasswd));
  expectRefused(authenticator, kAliceHeader);
  EXPECT_TRUE(remembered(authenticator, "")->isAnonymous());
}

TEST_F(AuthenticatorTest, RefusesPasswordsAboveSeventyTwoBytes) {
  HtpasswdFile htpasswd(file({kLong}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  expectRefused(authenticator, basic("long:" + std::string(73, 'a')));
  EXPECT_TRUE(logIn(authenticator, basic("long:" + std::string(72, 'a'))));
}

TEST_F(AuthenticatorTest, RemembersAVerifiedHeaderForFiveMinutes) {
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  EXPECT_EQ(remembered(authenticator, kAliceHeader), nullptr);
  auto identity = logIn(authenticator, kAliceHeader);
  ASSERT_TRUE(identity);
  EXPECT_EQ(remembered(authenticator, kAliceHeader), *identity);
  EXPECT_EQ(remembered(authenticator, basic("alice:wonder lane")), nullptr);
  clock_.advance(minutes(5) - seconds(1));
  EXPECT_EQ(remembered(authenticator, kAliceHeader), *identity);
  // Use does not prolong it.
  clock_.advance(seconds(1));
  EXPECT_EQ(remembered(authenticator, kAliceHeader), nullptr);
  EXPECT_TRUE(logIn(authenticator, kAliceHeader));
  EXPECT_NE(remembered(authenticator, kAliceHeader), nullptr);
}

TEST_F(AuthenticatorTest, SharesOneIdentityAmongTheAnonymous) {
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  auto anonymous = remembered(authenticator, "");
  ASSERT_NE(anonymous, nullptr);
  EXPECT_TRUE(anonymous->isAnonymous());
  EXPECT_EQ(remembered(authenticator, ""), anonymous);
  EXPECT_EQ(logIn(authenticator, "").value(), anonymous);
}

TEST_F(AuthenticatorTest, ForgetsRemovedUsersAndChangedPasswordsOnReload) {
  HtpasswdFile htpasswd(file({kAlice, kBob}));
  auto before = make(htpasswdConfig(htpasswd));
  ASSERT_TRUE(logIn(before, kAliceHeader));
  ASSERT_TRUE(logIn(before, basic("bob:builder")));

  htpasswd.write("bob:" + std::string(kAlice.substr(6)) + "\n");
  auto after = make(htpasswdConfig(htpasswd));
  expectRefused(after, kAliceHeader);
  expectRefused(after, basic("bob:builder"));
  EXPECT_TRUE(logIn(after, basic("bob:wonder land")));
}

TEST_F(AuthenticatorTest, FillsGroupsInAndForgetsRevokedOnesOnReload) {
  HtpasswdFile htpasswd(file({kAlice, kBob}));
  auto config = htpasswdConfig(htpasswd);
  config.http.accessControl.emplace().groups = {{"dev", {"alice", "bob", "alice"}}, {"ops", {"alice"}}};
  auto before = make(config);
  EXPECT_EQ(logIn(before, kAliceHeader).value()->groups, (std::vector<std::string>{"dev", "ops"}));
  EXPECT_EQ(logIn(before, basic("bob:builder")).value()->groups, (std::vector<std::string>{"dev"}));

  config.http.accessControl->groups.erase("ops");
  auto after = make(config);
  EXPECT_EQ(remembered(after, kAliceHeader), nullptr);
  EXPECT_EQ(logIn(after, kAliceHeader).value()->groups, (std::vector<std::string>{"dev"}));
}

// A secret in the log (CVE-2025-48374).
TEST_F(AuthenticatorTest, LogsNoSecretsAndNoUnknownNames) {
  std::ostringstream log;
  auto usual = spdlog::default_logger();
  auto logger = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log));
  logger->set_level(spdlog::level::trace);
  spdlog::set_default_logger(logger);
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  EXPECT_TRUE(logIn(authenticator, kAliceHeader));
  expectRefused(authenticator, basic("alice:hunter2"));
  expectRefused(authenticator, basic("passw0rd-as-name:hunter2"));
  expectRefused(authenticator, "Bearer hunter2");
  spdlog::set_default_logger(usual);

  EXPECT_NE(log.str().find("auth.refused user=\"alice\" remote=10.0.0.1"), std::string::npos);
  EXPECT_NE(log.str().find("auth.refused user=\"(unknown)\" remote=10.0.0.1"), std::string::npos);
  for (const std::string& secret : {std::string("hunter2"), std::string("wonder land"), std::string("passw0rd"),
                                    kAliceHeader.substr(6), std::string(kAlice.substr(6))}) {
    EXPECT_EQ(log.str().find(secret), std::string::npos) << log.str();
  }
}

TEST_F(AuthenticatorTest, AnswersManyRequestsWithOneCredential) {
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  std::vector<Task<Result<IdentityPtr>>> tasks;
  for (int i = 0; i < 500; ++i) tasks.push_back(authenticator->authenticate(kAliceHeader, "", "10.0.0.1"));
  for (const auto& result : threads_.runAll(std::move(tasks))) {
    ASSERT_TRUE(result);
    EXPECT_EQ((*result)->name, "alice");
  }
}

TEST_F(AuthenticatorTest, TurnsAFloodOfDifferentPasswordsAwayAndKeepsKnownUsersIn) {
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  ASSERT_TRUE(logIn(authenticator, kAliceHeader));
  std::vector<Task<Result<IdentityPtr>>> tasks;
  for (int i = 0; i < 2000; ++i) {
    tasks.push_back(authenticator->authenticate(basic("alice:guess" + std::to_string(i)), "", "10.6.6.6"));
  }
  auto results = threads_.runAll(std::move(tasks));
  auto busy = std::count_if(results.begin(), results.end(),
                            [](const auto& r) { return !r && r.error().code == ErrorCode::TooManyRequests; });
  auto wrong = std::count_if(results.begin(), results.end(),
                             [](const auto& r) { return !r && r.error().code == ErrorCode::Unauthorized; });
  EXPECT_EQ(busy + wrong, 2000);
  EXPECT_GT(busy, 0);
  EXPECT_GT(wrong, 0);
  EXPECT_NE(remembered(authenticator, kAliceHeader), nullptr);
}

std::ptrdiff_t countOf(const std::vector<Result<IdentityPtr>>& results, ErrorCode code) {
  return std::count_if(results.begin(), results.end(), [&](const auto& r) { return !r && r.error().code == code; });
}

TEST_F(AuthenticatorTest, ChecksNoMoreGuessesThanItMay) {
  guard_->limit(10);
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  for (const std::string name : {"alice", "nobody"}) {
    std::vector<Task<Result<IdentityPtr>>> tasks;
    for (int i = 0; i < 50; ++i) {
      tasks.push_back(authenticator->authenticate(basic(name + ":guess" + std::to_string(i)), "", "10.6.6.6"));
    }
    auto results = threads_.runAll(std::move(tasks));
    EXPECT_EQ(countOf(results, ErrorCode::Unauthorized), 10) << name;
    EXPECT_EQ(countOf(results, ErrorCode::TooManyRequests), 40) << name;
  }
  // A new configuration forgives nobody.
  auto result = logIn(make(htpasswdConfig(htpasswd)), basic("alice:guess"), "", "10.6.6.6");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::TooManyRequests);
}

TEST_F(AuthenticatorTest, TakesARepeatedWrongPasswordForOneGuess) {
  guard_->limit(10);
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  for (int i = 0; i < 100; ++i) {
    expectRefused(authenticator, basic("alice:old password"));
    clock_.advance(seconds(2));
  }
  EXPECT_TRUE(logIn(authenticator, kAliceHeader));
}

TEST_F(AuthenticatorTest, LetsInWhoWasRightBeforeWhateverIsGuessedBeside) {
  guard_->limit(10);
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  ASSERT_TRUE(logIn(authenticator, kAliceHeader));
  clock_.advance(hours(23));
  // From the same address, to the same account.
  for (int i = 0; i < 20; ++i) (void)logIn(authenticator, basic("alice:guess" + std::to_string(i)));
  auto guess = logIn(authenticator, basic("alice:guess"));
  ASSERT_FALSE(guess);
  EXPECT_EQ(guess.error().code, ErrorCode::TooManyRequests);
  EXPECT_TRUE(logIn(authenticator, kAliceHeader));
}

TEST_F(AuthenticatorTest, DelaysFailuresAndBoundsThoseThatWait) {
  HtpasswdFile htpasswd(file({kBob}));
  auto config = htpasswdConfig(htpasswd);
  auto entries = readHtpasswd(htpasswd.path());
  ASSERT_TRUE(entries);
  auto authenticator =
      std::make_shared<LocalAuthenticator>(config.http, *entries, clock_, threads_.blocking(), counter(),
                                           VerificationLimits{}, std::chrono::milliseconds(30), 0, guard_);
  auto result = logIn(authenticator, basic("bob:wrong"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::TooManyRequests);
  EXPECT_EQ(refused_, 1);

  authenticator = std::make_shared<LocalAuthenticator>(config.http, *entries, clock_, threads_.blocking(), counter(),
                                                       VerificationLimits{}, std::chrono::milliseconds(30), 1, guard_);
  for (const std::string& header : {basic("bob:wrong"), std::string("Bearer x"), basic("bob:wrong")}) {
    auto before = std::chrono::steady_clock::now();
    expectRefused(authenticator, header);
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(30)) << header;
  }
  EXPECT_TRUE(logIn(authenticator, basic("bob:builder")));
}

TEST_F(AuthenticatorTest, TellsOfEachRefusal) {
  HtpasswdFile htpasswd(file({kAlice}));
  auto authenticator = make(htpasswdConfig(htpasswd));
  EXPECT_TRUE(logIn(authenticator, kAliceHeader));
  EXPECT_TRUE(remembered(authenticator, ""));
  EXPECT_EQ(refused_, 0);
  // What was remembered to be wrong is refused once more.
  for (int i = 0; i < 2; ++i) expectRefused(authenticator, basic("alice:wrong"));
  expectRefused(authenticator, basic("nobody:wrong"));
  expectRefused(authenticator, "Bearer x");
  EXPECT_EQ(refused_, 4);
}

TEST_F(AuthenticatorTest, ChallengesWithTheRealmOnlyWhereAPasswordHelps) {
  HtpasswdFile htpasswd(file({kAlice}));
  auto config = htpasswdConfig(htpasswd);
  config.http.realm = "kitchen";
  EXPECT_EQ(make(config)->challengeRealm(), "kitchen");
  config.http.auth.htpasswdPath.reset();
  EXPECT_EQ(make(config)->challengeRealm(), std::nullopt);
  config.http.auth.mtls.enabled = true;
  EXPECT_EQ(make(config)->challengeRealm(), std::nullopt);
}

TEST_F(AuthenticatorTest, TakesEveryoneForAnonymousWithoutAuthentication) {
  auto authenticator = make(config::Config{});
  EXPECT_TRUE(remembered(authenticator, "")->isAnonymous());
  EXPECT_TRUE(remembered(authenticator, kAliceHeader)->isAnonymous());
  EXPECT_TRUE(remembered(authenticator, "", "node-1")->isAnonymous());
}

TEST_F(AuthenticatorTest, FailsWhereTheFileIsBroken) {
  HtpasswdFile htpasswd("alice:plain\n");
  auto made = makeAuthenticator(htpasswdConfig(htpasswd), clock_, threads_.blocking(), counter(), guard_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().where, htpasswd.path().string() + ":1");
}

class CertificateTest : public AuthenticatorTest {
 protected:
  static config::Config mtls(std::vector<std::string> attributes = {}) {
    config::Config config;
    config.http.auth.failDelay = config::Seconds(0);
    config.http.auth.mtls.enabled = true;
    config.http.auth.mtls.identityAttributes = std::move(attributes);
    config.http.accessControl.emplace().groups = {{"nodes", {"node-1"}}};
    return config;
  }
};

TEST_F(CertificateTest, IdentifiesByTheCommonName) {
  for (const auto& attributes :
       {std::vector<std::string>{}, {"CommonName"}, {"commonname"}, {"CN"}, {"CommonName", "Email"}}) {
    auto authenticator = make(mtls(attributes));
    auto identity = remembered(authenticator, "", "node-1");
    ASSERT_NE(identity, nullptr);
    EXPECT_EQ(identity->name, "node-1");
    EXPECT_EQ(identity->groups, std::vector<std::string>{"nodes"});
    EXPECT_EQ(remembered(authenticator, "", "node-1"), identity);
    EXPECT_EQ(logIn(authenticator, "", "node-1").value(), identity);
    EXPECT_TRUE(remembered(authenticator, "")->isAnonymous());
  }
}

TEST_F(CertificateTest, TakesAConfiguredCaForConsent) {
  config::Config config;
  config.http.tls = config::Tls{"cert.pem", "key.pem", "ca.pem"};
  EXPECT_EQ(remembered(make(config), "", "node-1")->name, "node-1");
  config.http.tls->cacert.clear();
  EXPECT_TRUE(remembered(make(config), "", "node-1")->isAnonymous());
}

TEST_F(CertificateTest, DoesNotTakeTheCommonNameForAnotherAttribute) {
  for (const auto& attributes : {std::vector<std::string>{"Email"}, {"DNSName", "CommonName"}}) {
    EXPECT_TRUE(remembered(make(mtls(attributes)), "", "node-1")->isAnonymous());
  }
}

TEST_F(CertificateTest, IgnoresTheHeaderWithoutHtpasswd) {
  auto authenticator = make(mtls());
  EXPECT_EQ(remembered(authenticator, kAliceHeader, "node-1")->name, "node-1");
  EXPECT_TRUE(remembered(authenticator, kAliceHeader)->isAnonymous());
}

TEST_F(CertificateTest, SufficesBesideHtpasswdButCredentialsGoFirst) {
  HtpasswdFile htpasswd(file({kAlice}));
  auto config = mtls();
  config.http.auth.htpasswdPath = htpasswd.path();
  auto authenticator = make(config);
  EXPECT_EQ(remembered(authenticator, "", "node-1")->name, "node-1");
  EXPECT_EQ(logIn(authenticator, kAliceHeader, "node-1").value()->name, "alice");
  EXPECT_EQ(remembered(authenticator, kAliceHeader, "node-1")->name, "alice");
  auto wrong = logIn(authenticator, basic("alice:wrong"), "node-1");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::Unauthorized);
}

TEST_F(CertificateTest, KeepsABoundedNumberOfNames) {
  auto authenticator = make(mtls());
  auto first = remembered(authenticator, "", "node-1");
  for (int i = 0; i < 5000; ++i) remembered(authenticator, "", "other-" + std::to_string(i));
  auto again = remembered(authenticator, "", "node-1");
  EXPECT_NE(again, first);
  EXPECT_EQ(again->groups, first->groups);
}

}  // namespace
}  // namespace larder::auth
