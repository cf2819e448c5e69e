#include "methods/htpasswd/htpasswd_file.hpp"

#include <gtest/gtest.h>

#include "unit/auth/fixtures.hpp"

namespace larder::auth {
namespace {

std::string lines(std::initializer_list<std::string_view> parts, std::string_view end = "\n") {
  std::string text;
  for (auto part : parts) text.append(part).append(end);
  return text;
}

std::vector<std::string> users(std::string_view text) {
  auto entries = parseHtpasswd(text, "/etc/larder/htpasswd");
  EXPECT_TRUE(entries) << (entries ? "" : entries.error().message);
  std::vector<std::string> names;
  if (entries) {
    for (const auto& entry : *entries) names.push_back(entry.user);
  }
  return names;
}

core::Error problem(std::string_view text) {
  auto entries = parseHtpasswd(text, "/etc/larder/htpasswd");
  EXPECT_FALSE(entries);
  return entries ? core::Error{} : entries.error();
}

TEST(HtpasswdFile, SkipsCommentsAndBlankLines) {
  EXPECT_EQ(users(lines({"# users", kAlice, "", "   ", "  # more", kDave})),
            (std::vector<std::string>{"alice", "dave"}));
}

TEST(HtpasswdFile, TakesCarriageReturnsAByteOrderMarkAndAMissingLastLineFeed) {
  EXPECT_EQ(users(lines({kAlice, "", kBob}, "\r\n")), (std::vector<std::string>{"alice", "bob"}));
  EXPECT_EQ(users("\xEF\xBB\xBF" + std::string(kAlice) + "\n" + std::string(kBob)),
            (std::vector<std::string>{"alice", "bob"}));
}

TEST(HtpasswdFile, KeepsTheHashAsWritten) {
  auto entries = parseHtpasswd(lines({kEve}, "  \r\n"), "f");
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->at(0).hash.text, kEve.substr(4));
  EXPECT_EQ(entries->at(0).hash.kind, HashKind::Sha256);
}

TEST(HtpasswdFile, TakesAnEmptyFile) {
  EXPECT_EQ(users(""), std::vector<std::string>{});
  EXPECT_EQ(users("\n# nobody yet\n"), std::vector<std::string>{});
}

TEST(HtpasswdFile, NamesTheLineOfAHashThatIsNotAccepted) {
  auto error = problem(lines({kAlice, "# x", "carol:$apr1$i7l9qjHs$aEznfcRV4gyvC3cBSdj21/"}));
  EXPECT_EQ(error.code, core::ErrorCode::InvalidArgument);
  EXPECT_EQ(error.where, "/etc/larder/htpasswd:3");
  EXPECT_EQ(error.message,
            "The password hash is an Apache MD5 hash ($apr1$): create the entry again with `htpasswd -B`.");
}

TEST(HtpasswdFile, NeverQuotesTheLine) {
  for (const char* line : {"hunter2", "carol:hunter2", ":hunter2", "carol\x01:hunter2"}) {
    auto error = problem(lines({kAlice, line}));
    EXPECT_EQ(error.where, "/etc/larder/htpasswd:2") << line;
    EXPECT_EQ(error.message.find("hunter2"), std::string::npos) << error.message;
  }
}

TEST(HtpasswdFile, RefusesAUserThatComesTwice) {
  auto error = problem(lines({kAlice, kBob, "", "alice:" + std::string(kBob.substr(4))}));
  EXPECT_EQ(error.where, "/etc/larder/htpasswd:4");
  EXPECT_EQ(error.message, "The same user is already on line 1: remove the outdated entry.");
}

TEST(HtpasswdFile, RefusesNamesThatNobodyMeans) {
  std::string hash(kBob.substr(3));
  EXPECT_EQ(problem(hash + "\n").where, "/etc/larder/htpasswd:1");
  EXPECT_EQ(problem("a\tb" + hash + "\n").where, "/etc/larder/htpasswd:1");
  EXPECT_EQ(problem(std::string(256, 'u') + hash + "\n").where, "/etc/larder/htpasswd:1");
  EXPECT_EQ(users(std::string(255, 'u') + hash + "\n").size(), 1U);
}

TEST(HtpasswdFile, IsReadFromTheDisk) {
  HtpasswdFile file(lines({kAlice, kBob}));
  auto entries = readHtpasswd(file.path());
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->size(), 2U);
}

TEST(HtpasswdFile, SaysWhyItCannotBeRead) {
  HtpasswdFile file("");
  auto missing = readHtpasswd(file.path().string() + ".none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, core::ErrorCode::Io);
  EXPECT_EQ(missing.error().message, "The htpasswd file cannot be read: No such file or directory.");
  EXPECT_EQ(missing.error().where, file.path().string() + ".none");
  auto directory = readHtpasswd(file.path().parent_path());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().message, "The htpasswd file cannot be read: it is not a regular file.");
}

TEST(HtpasswdFile, IsBoundedToOneMebibyte) {
  constexpr std::size_t kMebibyte = 1 << 20;
  HtpasswdFile file(std::string(kMebibyte, '\n'));
  EXPECT_TRUE(readHtpasswd(file.path()));
  file.write(std::string(kMebibyte + 1, '\n'));
  auto large = readHtpasswd(file.path());
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, core::ErrorCode::TooLarge);
}

}  // namespace
}  // namespace larder::auth
