#include "methods/htpasswd/password_hash.hpp"

#include <gtest/gtest.h>

#include "unit/auth/fixtures.hpp"

namespace larder::auth {
namespace {

// The hash of an htpasswd line.
PasswordHash hashOf(std::string_view line) {
  auto hash = parsePasswordHash(line.substr(line.find(':') + 1));
  EXPECT_TRUE(hash) << line;
  return hash.value_or(PasswordHash{});
}

std::string whyRefused(std::string_view text) {
  auto hash = parsePasswordHash(text);
  if (hash) return "";
  EXPECT_EQ(hash.error().code, core::ErrorCode::InvalidArgument);
  return hash.error().message;
}

TEST(PasswordHash, VerifiesWhatHtpasswdAndOpensslMake) {
  struct Case {
    std::string_view line;
    const char* password;
    HashKind kind;
    unsigned cost;
  };
  for (const Case& c : {
           Case{kAlice, "wonder land", HashKind::Bcrypt, 5},
           Case{kBob, "builder", HashKind::Bcrypt, 4},
           Case{kDave, "five5", HashKind::Sha512, 1000},
           Case{kEve, "two2", HashKind::Sha256, 1000},
           Case{"u:$5$NaCl$XeY5fLVnTg/HW14z7wm1UYaJgzoVRitcVefw9j7zjj/", "fivefive", HashKind::Sha256, 5000},
           Case{"u:$6$saltsalt$h9nF0Pt0BgiIYiGj3ab8zQCeIUpU.kGIEPaX0Ce/OybuT5J6BWmenPE0fpSK.6YNvV0htGqa.25QYYVgY8ESo0",
                "sixsix", HashKind::Sha512, 5000},
           Case{"u:$5$$o1w7HPzHt8gHmL5zUzDkRqt6Az.BjDfkvuDNNLWnXx5", "secret", HashKind::Sha256, 5000},
           Case{"u:$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "secret", HashKind::Bcrypt, 4},
           Case{"u:$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "secret", HashKind::Bcrypt, 4},
       }) {
    PasswordHash hash = hashOf(c.line);
    EXPECT_EQ(hash.kind, c.kind) << c.line;
    EXPECT_EQ(hash.cost, c.cost) << c.line;
    EXPECT_TRUE(verifies(hash, c.password)) << c.line;
    EXPECT_FALSE(verifies(hash, std::string(c.password) + "x")) << c.line;
    EXPECT_FALSE(verifies(hash, "")) << c.line;
  }
}

TEST(PasswordHash, RefusesBcryptAboveSeventyTwoBytes) {
  PasswordHash hash = hashOf(kLong);
  EXPECT_TRUE(verifies(hash, std::string(72, 'a')));
  // bcrypt itself would take the 73rd byte for granted.
  EXPECT_FALSE(verifies(hash, std::string(73, 'a')));
  EXPECT_FALSE(verifies(hash, std::string(72, 'a') + "anything"));
}

TEST(PasswordHash, RefusesPasswordsThatCryptWouldCutShort) {
  EXPECT_FALSE(verifies(hashOf(kBob), std::string("builder\0", 8)));
  EXPECT_FALSE(verifies(hashOf(kBob), std::string("builder\0more", 12)));
  EXPECT_FALSE(verifies(hashOf(kDave), std::string("five5\0more", 10)));
  EXPECT_FALSE(verifies(hashOf(kDave), std::string(512, 'a')));
}

TEST(PasswordHash, NamesTheKindThatIsNotAccepted) {
  EXPECT_EQ(whyRefused("$apr1$i7l9qjHs$aEznfcRV4gyvC3cBSdj21/"), "is an Apache MD5 hash ($apr1$)");
  EXPECT_EQ(whyRefused("{SHA}2PRZAyDhNDqRW2OUFwZQqPNdaSY="), "is an unsalted SHA-1 hash ({SHA})");
  EXPECT_EQ(whyRefused("$1$q5/km9LI$xdc4MDw.qS3SEDFGdDi4w1"), "is an MD5 hash ($1$)");
  EXPECT_EQ(whyRefused("$y$j9T$x$y"), "is a yescrypt hash ($y$)");
  EXPECT_EQ(whyRefused("TXy4ZJR5bdq8s"), "is plain text or an unknown hash type");
  EXPECT_EQ(whyRefused("secret"), "is plain text or an unknown hash type");
  EXPECT_EQ(whyRefused("$2x$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"),
            "is plain text or an unknown hash type");
  EXPECT_EQ(whyRefused(""), "is missing");
}

TEST(PasswordHash, RefusesWhatIsCutOff) {
  std::string bcrypt(kBob.substr(4));
  EXPECT_NE(whyRefused(bcrypt.substr(0, 59)).find("truncated"), std::string::npos);
  EXPECT_NE(whyRefused(bcrypt + "x").find("truncated"), std::string::npos);
  EXPECT_NE(whyRefused("$2y$0x$" + bcrypt.substr(7)).find("truncated"), std::string::npos);
  EXPECT_NE(whyRefused("$2y$04." + bcrypt.substr(7)).find("truncated"), std::string::npos);
  EXPECT_NE(whyRefused(bcrypt.substr(0, 58) + ":x").find("truncated"), std::string::npos);
  for (const char* text : {"$5$", "$5$salt", "$5$salt$short", "$6$NaCl$XeY5fLVnTg/HW14z7wm1UYaJgzoVRitcVefw9j7zjj/",
                           "$5$seventeencharsalt$XeY5fLVnTg/HW14z7wm1UYaJgzoVRitcVefw9j7zjj/",
                           "$5$NaCl$XeY5fLVnTg/HW14z7wm1UYaJgzoVRitcVefw9j7zjj:"}) {
    EXPECT_NE(whyRefused(text).find("truncated"), std::string::npos) << text;
  }
}

TEST(PasswordHash, RefusesCostsThatWouldHoldAThreadForLong) {
  std::string bcryptRest(kBob.substr(10));
  EXPECT_EQ(whyRefused("$2y$03" + bcryptRest), "has a bcrypt cost outside 4 to 17");
  EXPECT_EQ(whyRefused("$2y$18" + bcryptRest), "has a bcrypt cost outside 4 to 17");
  EXPECT_EQ(whyRefused("$2y$31" + bcryptRest), "has a bcrypt cost outside 4 to 17");
  EXPECT_EQ(whyRefused("$2y$17" + bcryptRest), "");
  const std::string sha = "$ab$XeY5fLVnTg/HW14z7wm1UYaJgzoVRitcVefw9j7zjj/";
  EXPECT_EQ(whyRefused("$5$rounds=656000" + sha), "");
  for (const char* rounds : {"999", "2000001", "999999999", "99999999999999999999", "-1", "x", ""}) {
    EXPECT_EQ(whyRefused("$5$rounds=" + std::string(rounds) + sha),
              "has a number of SHA-crypt rounds outside 1000 to 2000000")
        << rounds;
  }
}

}  // namespace
}  // namespace larder::auth
