// Through makeAuthorizer(), as the daemon uses it.
#include <gtest/gtest.h>

#include "action.hpp"
#include "larder/auth/methods.hpp"

namespace larder::auth {
namespace {

using config::AccessPolicy;
using Names = std::vector<std::string>;

const Identity kAnonymous{};
const Identity kAliceUser{"alice", {}};
const Identity kBobUser{"bob", {"dev"}};
const Identity kCarol{"carol", {"ops", "dev"}};
const Identity kRoot{"root", {}};

// One letter for each action that is allowed, in the order of the enumeration: "rcudD".
std::string allowed(const Authorizer& authorizer, const Identity& identity, std::string_view repository) {
  constexpr std::string_view kLetters = "rcudD";
  std::string letters;
  for (Action action : kAllActions) {
    bool allows = authorizer.allows(identity, repository, action);
    EXPECT_EQ(authorizer.explain(identity, repository, action).allowed, allows);
    if (allows) letters += kLetters[index(action)];
  }
  return letters;
}

class AuthorizerTest : public testing::Test {
 protected:
  AuthorizerTest() { config_.http.auth.htpasswdPath = "/etc/larder/htpasswd"; }

  config::AccessControl& access() {
    return config_.http.accessControl ? *config_.http.accessControl : config_.http.accessControl.emplace();
  }
  config::RepositoryAccess& entry(const std::string& pattern) {
    access().repositories.push_back({core::Glob::parse(pattern).value(), pattern, {}, {}, {}});
    return access().repositories.back();
  }
  std::shared_ptr<Authorizer> make() const { return makeAuthorizer(std::make_shared<const config::Config>(config_)); }

  config::Config config_;
};

TEST_F(AuthorizerTest, LetsAnyoneDoAllWhenNobodyCanLogIn) {
  config_.http.auth.htpasswdPath.reset();
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kAnonymous, "team/app"), "rcud");
  EXPECT_EQ(allowed(*authorizer, kAnonymous, ""), "rcud");
  EXPECT_EQ(authorizer->explain(kAnonymous, "team/app", Action::Delete).rule,
            "http.auth is not configured, so no login is needed");
  EXPECT_TRUE(authorizer->allowsMetrics(kAnonymous));
  EXPECT_FALSE(authorizer->isAdmin(kAnonymous));
}

TEST_F(AuthorizerTest, LetsWhoeverLogsInDoAllWithoutAccessControl) {
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "team/app"), "rcud");
  EXPECT_EQ(allowed(*authorizer, kAliceUser, ""), "rcud");
  EXPECT_EQ(allowed(*authorizer, kAnonymous, "team/app"), "");
  EXPECT_EQ(allowed(*authorizer, kAnonymous, ""), "");
  EXPECT_TRUE(authorizer->allowsMetrics(kAliceUser));
  EXPECT_FALSE(authorizer->allowsMetrics(kAnonymous));
  EXPECT_TRUE(authorizer->isAdmin(kAliceUser));
  EXPECT_FALSE(authorizer->isAdmin(kAnonymous));
}

TEST_F(AuthorizerTest, TreatsClientCertificatesAsAuthentication) {
  config_.http.auth.htpasswdPath.reset();
  config_.http.auth.mtls.enabled = true;
  EXPECT_EQ(allowed(*make(), kAnonymous, "team/app"), "");
  EXPECT_EQ(allowed(*make(), kAliceUser, "team/app"), "rcud");
}

TEST_F(AuthorizerTest, LetsTheLongestGlobAloneDecide) {
  entry("**").policies = {AccessPolicy{{"alice"}, {}, {"read", "create", "update", "delete"}}};
  entry("team/**").policies = {AccessPolicy{{"alice"}, {}, {"read"}}};
  entry("team/secret").policies = {AccessPolicy{{"bob"}, {}, {"read"}}};
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "nginx"), "rcud");
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "team/app"), "r");
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "team/secret"), "");
  EXPECT_EQ(allowed(*authorizer, kBobUser, "team/secret"), "r");
  EXPECT_EQ(allowed(*authorizer, kBobUser, "team/app"), "");
}

TEST_F(AuthorizerTest, GrantsByUserGroupDefaultAndAnonymousPolicy) {
  auto& repo = entry("**");
  repo.policies = {AccessPolicy{{"alice"}, {}, {"create"}}, AccessPolicy{{}, {"dev"}, {"update"}},
                   AccessPolicy{{"alice"}, {"ops"}, {"delete", "update"}}};
  repo.defaultPolicy = {"read"};
  repo.anonymousPolicy = {"read"};
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "x"), "rcud");
  EXPECT_EQ(allowed(*authorizer, kBobUser, "x"), "ru");
  EXPECT_EQ(allowed(*authorizer, kCarol, "x"), "rud");
  EXPECT_EQ(allowed(*authorizer, kRoot, "x"), "r");
  EXPECT_EQ(allowed(*authorizer, kAnonymous, "x"), "r");
}

TEST_F(AuthorizerTest, KeepsDefaultAndAnonymousPolicyApart) {
  auto& repo = entry("**");
  repo.defaultPolicy = {"create"};
  repo.anonymousPolicy = {"read"};
  auto authorizer = make();
  // What the anonymous may is not given to who logs in, nor the other way round.
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "x"), "c");
  EXPECT_EQ(allowed(*authorizer, kAnonymous, "x"), "r");
}

TEST_F(AuthorizerTest, NeverTakesTheAnonymousForAListedUser) {
  entry("**").policies = {AccessPolicy{{""}, {""}, {"read", "delete"}}};
  access().adminPolicy = AccessPolicy{{""}, {""}, {"read", "create", "update", "delete"}};
  access().metrics = config::MetricsAccess{{""}, {}};
  config_.larder.management.admins = {""};
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kAnonymous, "x"), "");
  EXPECT_FALSE(authorizer->isAdmin(kAnonymous));
  EXPECT_FALSE(authorizer->allowsMetrics(kAnonymous));
}

TEST_F(AuthorizerTest, ImpliesNoActionByAnother) {
  for (Action given : kAllActions) {
    config_.http.accessControl.reset();
    entry("**").policies = {AccessPolicy{{"alice"}, {}, {toString(given)}}};
    auto authorizer = make();
    for (Action asked : kAllActions) {
      EXPECT_EQ(authorizer->allows(kAliceUser, "x", asked), asked == given)
          << toString(given) << ' ' << toString(asked);
    }
  }
}

// A push to a tag that exists is an update, whoever may create (CVE-2026-31801).
TEST_F(AuthorizerTest, NeedsUpdateBesideCreateToMoveATag) {
  entry("**").policies = {AccessPolicy{{"alice"}, {}, {"read", "create"}}};
  auto authorizer = make();
  EXPECT_TRUE(authorizer->allows(kAliceUser, "team/app", Action::Create));
  EXPECT_FALSE(authorizer->allows(kAliceUser, "team/app", Action::Update));
}

// Who may push may not delete (GHSA-qg67-7m6v-qg25).
TEST_F(AuthorizerTest, NeedsDeleteBesidePushToDelete) {
  entry("**").policies = {AccessPolicy{{"alice"}, {}, {"read", "create", "update"}}};
  EXPECT_FALSE(make()->allows(kAliceUser, "team/app", Action::Delete));
}

// Groups that were taken away count no more, whatever was decided before (CVE-2025-23208).
TEST_F(AuthorizerTest, RemembersNoRevokedGroup) {
  entry("**").policies = {AccessPolicy{{}, {"dev"}, {"read"}}};
  auto authorizer = make();
  EXPECT_TRUE(authorizer->allows(kBobUser, "x", Action::Read));
  EXPECT_FALSE(authorizer->allows(Identity{"bob", {}}, "x", Action::Read));
  access().repositories[0].policies[0].groups = {"ops"};
  EXPECT_FALSE(make()->allows(kBobUser, "x", Action::Read));
}

TEST_F(AuthorizerTest, ConsultsAdminPolicyWhenTheRepositorySaysNo) {
  entry("team/**").policies = {AccessPolicy{{"root"}, {}, {"read"}}};
  access().adminPolicy = AccessPolicy{{"root"}, {"ops"}, {"read", "delete"}};
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kRoot, "team/app"), "rd");
  EXPECT_EQ(allowed(*authorizer, kRoot, "elsewhere"), "rd");
  EXPECT_EQ(allowed(*authorizer, kCarol, "elsewhere"), "rd");
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "elsewhere"), "");
  EXPECT_EQ(allowed(*authorizer, kBobUser, "team/app"), "");
}

TEST_F(AuthorizerTest, AsksTheRepositoryAloneForCollisionChecks) {
  entry("**").policies = {AccessPolicy{{"alice", "root"}, {"dev"}, {"detectManifestCollision"}}};
  access().adminPolicy = AccessPolicy{{"root"}, {}, {"detectManifestCollision"}};
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "x"), "D");
  EXPECT_EQ(allowed(*authorizer, kBobUser, "x"), "D");
  EXPECT_EQ(allowed(*authorizer, kRoot, "x"), "");
  EXPECT_EQ(allowed(*authorizer, kAnonymous, "x"), "");
}

TEST_F(AuthorizerTest, OpensTheRootToKnownUsersAndToTheAnonymousWhoMaySomething) {
  entry("team/**").policies = {AccessPolicy{{"alice"}, {}, {"read"}}};
  auto closed = make();
  EXPECT_EQ(allowed(*closed, kBobUser, ""), "r");
  EXPECT_EQ(allowed(*closed, kAnonymous, ""), "");
  access().repositories[0].anonymousPolicy = {"read"};
  auto open = make();
  EXPECT_EQ(allowed(*open, kAnonymous, ""), "r");
  EXPECT_EQ(allowed(*open, kAnonymous, "elsewhere"), "");
  access().repositories[0].anonymousPolicy.clear();
  config_.http.auth.htpasswdPath.reset();
  EXPECT_EQ(allowed(*make(), kAnonymous, ""), "r");
  EXPECT_EQ(allowed(*make(), kAnonymous, "team/app"), "");
}

TEST_F(AuthorizerTest, TellsWhetherALogInLetsReadMore) {
  const AccessPolicy admins{{"root"}, {}, {"read", "delete"}};
  EXPECT_FALSE(make()->loginWidensReading()) << "without access control it is all or nothing";
  auto& all = entry("**");
  all.anonymousPolicy = {"read"};
  all.defaultPolicy = {"read", "create"};
  all.policies.push_back({{"alice"}, {}, {"read"}});
  access().adminPolicy = admins;
  EXPECT_FALSE(make()->loginWidensReading());
  auto& team = entry("team/**");
  EXPECT_TRUE(make()->loginWidensReading()) << "for the admins";
  access().adminPolicy = {};
  EXPECT_FALSE(make()->loginWidensReading());
  team.policies.push_back({{}, {"dev"}, {"create"}});
  EXPECT_FALSE(make()->loginWidensReading());
  team.policies.push_back({{}, {"dev"}, {"read"}});
  EXPECT_TRUE(make()->loginWidensReading());
  access().repositories.clear();
  entry("public/**").anonymousPolicy = {"read"};
  EXPECT_FALSE(make()->loginWidensReading());
  access().adminPolicy = admins;
  EXPECT_TRUE(make()->loginWidensReading()) << "for the names that no entry matches";
}

TEST_F(AuthorizerTest, LetsOnlyAdminPolicyChangeWhatIsAboutNoRepository) {
  entry("**").policies = {AccessPolicy{{"alice"}, {}, {"read", "create", "update", "delete"}}};
  access().adminPolicy = AccessPolicy{{"root"}, {}, {"delete"}};
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kAliceUser, ""), "r");
  EXPECT_EQ(allowed(*authorizer, kRoot, ""), "rd");
}

TEST_F(AuthorizerTest, DeniesWhereNothingIsListed) {
  access();
  auto authorizer = make();
  EXPECT_EQ(allowed(*authorizer, kAliceUser, "x"), "");
  EXPECT_EQ(authorizer->explain(kAliceUser, "x", Action::Read).rule,
            "no glob in http.accessControl.repositories matches");
}

TEST_F(AuthorizerTest, ExplainsByThePathOfTheRule) {
  auto& repo = entry("team/**");
  repo.policies = {AccessPolicy{{"alice"}, {}, {"read"}}, AccessPolicy{{"alice"}, {"dev"}, {"read", "create"}},
                   AccessPolicy{{}, {"ops"}, {"create"}}};
  repo.defaultPolicy = {"delete"};
  repo.anonymousPolicy = {"read"};
  entry("odd\\\"*");
  access().adminPolicy = AccessPolicy{{"root"}, {}, {"update"}};
  auto authorizer = make();
  auto rule = [&](const Identity& identity, std::string_view repository, Action action) {
    return authorizer->explain(identity, repository, action).rule;
  };
  const std::string team = "http.accessControl.repositories[\"team/**\"]";
  EXPECT_EQ(rule(kAliceUser, "team/app", Action::Read), team + ".policies[0]");
  EXPECT_EQ(rule(kAliceUser, "team/app", Action::Create), team + ".policies[1]");
  EXPECT_EQ(rule(kBobUser, "team/app", Action::Read), team + ".policies[1]");
  EXPECT_EQ(rule(kCarol, "team/app", Action::Create), team + ".policies[1]");
  EXPECT_EQ(rule(kCarol, "team/app", Action::Delete), team + ".defaultPolicy");
  EXPECT_EQ(rule(kAnonymous, "team/app", Action::Read), team + ".anonymousPolicy");
  EXPECT_EQ(rule(kAnonymous, "team/app", Action::Create), team);
  EXPECT_EQ(rule(kBobUser, "team/app", Action::Update), team);
  EXPECT_EQ(rule(kRoot, "team/app", Action::Update), "http.accessControl.adminPolicy");
  EXPECT_EQ(rule(kRoot, "odd\"x", Action::Read), "http.accessControl.repositories[\"odd\\\\\\\"*\"]");
}

TEST_F(AuthorizerTest, FollowsMetricsAccess) {
  entry("**").defaultPolicy = {"read"};
  EXPECT_FALSE(make()->allowsMetrics(kAliceUser));
  access().adminPolicy = AccessPolicy{{"root"}, {"ops"}, {"read"}};
  EXPECT_TRUE(make()->allowsMetrics(kRoot));
  EXPECT_TRUE(make()->allowsMetrics(kCarol));
  access().metrics = config::MetricsAccess{{"alice"}, {}};
  EXPECT_TRUE(make()->allowsMetrics(kRoot));
  EXPECT_TRUE(make()->allowsMetrics(kAliceUser));
  EXPECT_FALSE(make()->allowsMetrics(kBobUser));
  EXPECT_FALSE(make()->allowsMetrics(kAnonymous));
  access().metrics = config::MetricsAccess{{}, {"read"}};
  EXPECT_TRUE(make()->allowsMetrics(kAnonymous));
  EXPECT_FALSE(make()->allowsMetrics(kAliceUser));
  access().metrics = config::MetricsAccess{{}, {"create"}};
  EXPECT_FALSE(make()->allowsMetrics(kAnonymous));
}

TEST_F(AuthorizerTest, TakesMembersOfAnAdminPolicyThatGivesEverythingForAdmins) {
  entry("**").defaultPolicy = {"read"};
  access().adminPolicy = AccessPolicy{{"root"}, {"ops"}, {"read", "create", "update", "delete"}};
  config_.larder.management.admins = {"alice"};
  auto authorizer = make();
  EXPECT_TRUE(authorizer->isAdmin(kRoot));
  EXPECT_TRUE(authorizer->isAdmin(kCarol));
  EXPECT_TRUE(authorizer->isAdmin(kAliceUser));
  EXPECT_FALSE(authorizer->isAdmin(kBobUser));
  EXPECT_FALSE(authorizer->isAdmin(kAnonymous));
}

TEST_F(AuthorizerTest, TakesMembersOfAnAdminPolicyThatGivesLessForNoAdmins) {
  for (const char* missing : {"read", "create", "update", "delete"}) {
    std::vector<std::string> actions = {"read", "create", "update", "delete", "detectManifestCollision"};
    std::erase(actions, missing);
    access().adminPolicy = AccessPolicy{{"root"}, {"ops"}, actions};
    EXPECT_FALSE(make()->isAdmin(kRoot)) << "without " << missing;
    EXPECT_FALSE(make()->isAdmin(kCarol)) << "without " << missing;
  }
  // What two places give does not add up to an admin.
  access().adminPolicy = AccessPolicy{{"root"}, {}, {"read"}};
  entry("**").defaultPolicy = {"create", "update", "delete"};
  EXPECT_FALSE(make()->isAdmin(kRoot));
}

TEST_F(AuthorizerTest, TakesWhoHoldsAllOnEverythingForAdmin) {
  access().adminPolicy = AccessPolicy{{"root"}, {}, {"read"}};
  auto& all = entry("**");
  all.policies = {AccessPolicy{{"alice"}, {}, {"read", "create"}}, AccessPolicy{{}, {"ops"}, {"delete", "update"}},
                  AccessPolicy{{"alice"}, {}, {"update", "delete"}}};
  all.defaultPolicy = {"read"};
  all.anonymousPolicy = {"read", "create", "update", "delete"};
  entry("team/**").policies = {AccessPolicy{{"bob"}, {}, {"read", "create", "update", "delete"}}};
  auto authorizer = make();
  EXPECT_TRUE(authorizer->isAdmin(kAliceUser));
  EXPECT_FALSE(authorizer->isAdmin(kCarol));
  EXPECT_FALSE(authorizer->isAdmin(kBobUser));
  EXPECT_FALSE(authorizer->isAdmin(kAnonymous));
}

TEST_F(AuthorizerTest, HasNoAdminWhereNobodyHoldsAllOnEverything) {
  entry("team/**").policies = {AccessPolicy{{"bob"}, {}, {"read", "create", "update", "delete"}}};
  EXPECT_FALSE(make()->isAdmin(kBobUser));
}

// The shape of Zot's documented example: a company's default, an admin, and one team's repositories.
TEST_F(AuthorizerTest, AnswersAnExampleOfEverything) {
  entry("**").defaultPolicy = {"read"};
  auto& infra = entry("infra/*");
  infra.policies = {AccessPolicy{{"alice", "bob"}, {"ops"}, {"create", "read", "update"}},
                    AccessPolicy{{"alice"}, {}, {"create"}}};
  infra.defaultPolicy = {"read"};
  auto& tmp = entry("tmp/**");
  tmp.defaultPolicy = {"read", "create", "update"};
  tmp.anonymousPolicy = {"read"};
  access().adminPolicy = AccessPolicy{{"root"}, {}, {"read", "create", "update", "delete"}};
  auto authorizer = make();
  struct Case {
    const Identity& identity;
    const char* repository;
    const char* letters;
  };
  for (const Case& c : {
           Case{kAliceUser, "infra/dns", "rcu"},
           Case{kCarol, "infra/dns", "rcu"},
           Case{kAliceUser, "infra/a/b", "r"},
           Case{kAliceUser, "tmp/x", "rcu"},
           Case{kAnonymous, "tmp/x", "r"},
           Case{kAnonymous, "infra/dns", ""},
           Case{kAnonymous, "nginx", ""},
           Case{kAliceUser, "nginx", "r"},
           Case{kRoot, "nginx", "rcud"},
           Case{kRoot, "infra/dns", "rcud"},
           Case{kAnonymous, "", "r"},
       }) {
    EXPECT_EQ(allowed(*authorizer, c.identity, c.repository), c.letters) << c.identity.name << ' ' << c.repository;
  }
}

}  // namespace
}  // namespace larder::auth
