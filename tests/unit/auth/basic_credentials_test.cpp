#include "methods/htpasswd/basic_credentials.hpp"

#include <gtest/gtest.h>

#include "unit/auth/fixtures.hpp"

namespace larder::auth {
namespace {

TEST(BasicCredentials, ReadsNameAndPassword) {
  // The example of RFC 7617, section 2.
  auto credentials = parseBasic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->user, "Aladdin");
  EXPECT_EQ(credentials->password, "open sesame");
}

TEST(BasicCredentials, TakesEveryLengthAndByte) {
  for (std::size_t length = 0; length < 10; ++length) {
    std::string password;
    for (std::size_t i = 0; i < length; ++i) password += static_cast<char>(251 + i * 7);
    auto credentials = parseBasic(basic("u:" + password));
    ASSERT_TRUE(credentials) << length;
    EXPECT_EQ(credentials->password, password);
  }
}

TEST(BasicCredentials, SplitsAtTheFirstColon) {
  auto credentials = parseBasic(basic("user:pass:word:"));
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->user, "user");
  EXPECT_EQ(credentials->password, "pass:word:");
}

TEST(BasicCredentials, TakesTheSchemeInAnyCaseAndSeveralSpaces) {
  EXPECT_TRUE(parseBasic("BASIC dTpw"));
  EXPECT_TRUE(parseBasic("basic   dTpw"));
}

TEST(BasicCredentials, RefusesWhatIsNoBasicCredential) {
  for (const char* header : {
           "", "Basic", "Basic ", "dTpw", "Bearer dTpw", "Basicx dTpw", "Basic\tdTpw",
           "Basic dTp",       // not padded
           "Basic dTpw=",     // padded too far
           "Basic dT=w",      // padding inside
           "Basic ====",      // nothing but padding
           "Basic dT*w",      // a foreign character
           "Basic dTpw ",     // more after it
           "Basic dTp_",      // the other alphabet
           "Basic dXNlcg==",  // no colon
           "Basic OnB3",      // no name
           "Basic dTpwYX==",  // bits beyond the last byte
       }) {
    EXPECT_FALSE(parseBasic(header)) << header;
  }
}

}  // namespace
}  // namespace larder::auth
