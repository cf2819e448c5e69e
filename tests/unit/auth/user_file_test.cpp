#include "larder/auth/user_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <sstream>

#include "fixtures.hpp"
#include "methods/htpasswd/htpasswd_file.hpp"

namespace larder::auth {
namespace {

using core::ErrorCode;

constexpr unsigned kCost = 4;

std::string contentOf(const HtpasswdFile& file) {
  std::ostringstream out;
  out << std::ifstream(file.path()).rdbuf();
  return out.str();
}

bool logsIn(const HtpasswdFile& file, const std::string& user, const std::string& password) {
  auto entries = readHtpasswd(file.path()).value();
  for (const auto& entry : entries) {
    if (entry.user == user) return verifies(entry.hash, password);
  }
  return false;
}

TEST(UserFile, ListsKindAndCostButNoHash) {
  HtpasswdFile file(std::string(kAlice) + "\n" + std::string(kDave) + "\n" + std::string(kEve) + "\n");
  auto users = UserFile(file.path()).list().value();
  ASSERT_EQ(users.size(), 3U);
  EXPECT_EQ(users[0].hash, "bcrypt");
  EXPECT_EQ(users[0].cost, 5U);
  EXPECT_EQ(users[1].hash, "sha512-crypt");
  EXPECT_FALSE(users[1].cost);
  EXPECT_EQ(users[2].hash, "sha256-crypt");
}

TEST(UserFile, AddsAtTheEndAndKeepsTheRest) {
  auto text = "# users\n\n" + std::string(kAlice) + "\n" + std::string(kDave);
  HtpasswdFile file(text);
  UserFile users(file.path());
  ASSERT_TRUE(users.add("ci", "first one", kCost));
  EXPECT_TRUE(contentOf(file).starts_with(text + "\nci:$2y$04$"));
  EXPECT_TRUE(logsIn(file, "ci", "first one"));
  EXPECT_TRUE(logsIn(file, "dave", "five5"));
  EXPECT_EQ(users.add("ci", "once again", kCost).error().code, ErrorCode::Conflict);
}

TEST(UserFile, ChangesOneLineInItsPlaceWithItsEnding) {
  HtpasswdFile file(std::string(kAlice) + "\r\n" + std::string(kBob) + "\r\n# end\r\n");
  UserFile users(file.path());
  ASSERT_TRUE(users.setPassword("alice", "new one 1", kCost));
  auto text = contentOf(file);
  EXPECT_TRUE(text.ends_with("\r\n" + std::string(kBob) + "\r\n# end\r\n"));
  EXPECT_TRUE(logsIn(file, "alice", "new one 1"));
  EXPECT_FALSE(logsIn(file, "alice", "wonder land"));
  EXPECT_EQ(users.setPassword("nobody", "whatever", kCost).error().code, ErrorCode::NotFound);
}

TEST(UserFile, RemovesALineAndNoOtherThatBeginsLikeIt) {
  HtpasswdFile file(std::string(kAlice) + "\nali:" + std::string(kBob.substr(4)) + "\n#ali:x\n");
  UserFile users(file.path());
  ASSERT_TRUE(users.remove("ali"));
  EXPECT_EQ(contentOf(file), std::string(kAlice) + "\n#ali:x\n");
  EXPECT_EQ(users.remove("ali").error().code, ErrorCode::NotFound);
}

TEST(UserFile, TakesChangesMadeByHandAlong) {
  HtpasswdFile file(kAlice);
  UserFile users(file.path());
  file.write(std::string(kAlice) + "\n" + std::string(kBob) + "\n");
  ASSERT_TRUE(users.add("ci", "p4ssw0rd", kCost));
  EXPECT_TRUE(logsIn(file, "bob", "builder"));
}

TEST(UserFile, RefusesNamesAndPasswordsThatWouldNotWork) {
  HtpasswdFile file(kAlice);
  UserFile users(file.path());
  for (const char* name : {"", "a:b", "a b", "a\tb", "#a"}) {
    EXPECT_EQ(users.add(name, "p4ssw0rd", kCost).error().code, ErrorCode::InvalidArgument) << name;
  }
  for (const auto& password :
       {std::string(), std::string("seven77"), std::string("üüüüüüü"), std::string(73, 'x'), std::string("a\0b", 3)}) {
    EXPECT_EQ(users.add("ok", password, kCost).error().code, ErrorCode::InvalidArgument) << password.size();
    EXPECT_EQ(users.setPassword("alice", password, kCost).error().code, ErrorCode::InvalidArgument);
  }
  EXPECT_TRUE(users.add("ok", std::string(72, 'x'), kCost));
  EXPECT_TRUE(logsIn(file, "ok", std::string(72, 'x')));
}

TEST(UserFile, LeavesAFileAloneThatIsReadOnly) {
  HtpasswdFile file(kAlice);
  UserFile users(file.path());
  EXPECT_FALSE(users.readOnly());
  ::chmod(file.path().c_str(), 0400);
  EXPECT_TRUE(users.readOnly());
  EXPECT_EQ(users.remove("alice").error().code, ErrorCode::Denied);
  EXPECT_EQ(contentOf(file), kAlice);
}

}  // namespace
}  // namespace larder::auth
