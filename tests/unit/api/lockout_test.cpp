#include "admin/lockout.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

class Lockout : public ::testing::Test {
 protected:
  Lockout() {
    std::ofstream(users_) << "ann:$2y$04$rc7RvgUhq4W3pBqGgHeeu.HvqjQqs/FVeLPvS2qC3EN4xTGl3ja6i\n";
    next_.http.auth.htpasswdPath = users_.string();
    next_.http.accessControl.emplace().adminPolicy = {{"ann"}, {"ops"}, {"read", "create", "update", "delete"}};
  }
  // "" if the change may be made.
  std::string refusal(const std::string& name, bool hasToken = false) const {
    api::admin::Caller caller;
    auto identity = std::make_shared<auth::Identity>();
    identity->name = name;
    caller.identity = std::move(identity);
    caller.hasToken = hasToken;
    auto why = api::admin::lockout(caller, std::make_shared<const config::Config>(next_));
    if (!why) return "";
    EXPECT_EQ(why->code, core::ErrorCode::Conflict);
    return why->where;
  }

  TempDirectory directory_;
  std::filesystem::path users_ = directory_.path() / "htpasswd";
  config::Config next_;
};

TEST_F(Lockout, LetsWhoStaysAdmin) {
  EXPECT_EQ(refusal("ann"), "");
}

TEST_F(Lockout, RefusesWhoWouldBeNoAdmin) {
  EXPECT_EQ(refusal("bob"), "http.accessControl");
  next_.http.accessControl->groups["ops"] = {"bob"};
  EXPECT_EQ(refusal("bob"), "http.auth.htpasswd.path") << "an admin, but without a password";
}

TEST_F(Lockout, LetsHoldersOfACertificateBeInNoFile) {
  next_.http.accessControl->groups["ops"] = {"bob"};
  next_.http.auth.mtls.enabled = true;
  EXPECT_EQ(refusal("bob"), "");
  EXPECT_EQ(refusal("carol"), "http.accessControl");
}

TEST_F(Lockout, RefusesLogInsThatNoAdminHas) {
  EXPECT_EQ(refusal(""), "");
  next_.http.accessControl->adminPolicy.users = {"nobody"};
  EXPECT_EQ(refusal(""), "http.auth.htpasswd.path");
  std::filesystem::remove(users_);
  EXPECT_EQ(refusal(""), "http.auth.htpasswd.path");
}

TEST_F(Lockout, LeavesTheEndOfLogInsToWhoCanGoOnWithout) {
  next_.http.auth.htpasswdPath.reset();
  EXPECT_EQ(refusal("ann"), "http.auth");
  EXPECT_EQ(refusal("", true), "");
  EXPECT_EQ(refusal(""), "http.auth");
  EXPECT_EQ(refusal("ann"), "http.auth");
  next_.larder.management.open = true;
  EXPECT_EQ(refusal("ann"), "");
}

}  // namespace
}  // namespace larder::test
