#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "credentials/aws_signature.hpp"
#include "credentials/jwt.hpp"
#include "support/results.hpp"

namespace larder::upstream {
namespace {

TEST(AwsSignature, IsThatOfAwsTestSuite) {
  // "post-vanilla" of the published test suite of Signature Version 4.
  AwsRequest request;
  request.headers["host"] = "example.amazonaws.com";
  AwsKeys keys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
  std::chrono::system_clock::time_point time{std::chrono::seconds(1'440'938'160)};  // 2015-08-30T12:36:00Z
  signAwsRequest(request, keys, "us-east-1", "service", time);
  EXPECT_EQ(request.headers["x-amz-date"], "20150830T123600Z");
  EXPECT_EQ(request.headers["authorization"],
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST(AwsSignature, CoversTheSessionToken) {
  AwsRequest request;
  request.headers["host"] = "example.amazonaws.com";
  signAwsRequest(request, {"id", "secret", "session"}, "eu-west-1", "ecr", {});
  EXPECT_EQ(request.headers["x-amz-security-token"], "session");
  EXPECT_NE(request.headers["authorization"].find("host;x-amz-date;x-amz-security-token"), std::string::npos);
}

class JwtTest : public ::testing::Test {
 protected:
  static std::string pemOf(EVP_PKEY* key) {
    auto* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    auto size = BIO_get_mem_data(bio, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return pem;
  }
};

TEST_F(JwtTest, SignsByEachKindOfKey) {
  auto* rsa = EVP_RSA_gen(2048);
  auto* ec = EVP_EC_gen("P-256");
  auto* ed = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  struct Case {
    const char* algorithm;
    EVP_PKEY* key;
    std::size_t bytes;
  };
  for (const auto& one :
       {Case{"RS256", rsa, 256}, Case{"PS512", rsa, 256}, Case{"ES256", ec, 64}, Case{"EdDSA", ed, 64}}) {
    auto token = test::valueOf(signJwt("{\"alg\":\"x\"}", "{}", one.algorithm, pemOf(one.key)));
    EXPECT_TRUE(token.starts_with("eyJhbGciOiJ4In0.e30.")) << token;
    auto signature = token.substr(token.rfind('.') + 1);
    EXPECT_EQ(signature.size(), (one.bytes * 8 + 5) / 6) << one.algorithm;
    EXPECT_EQ(signature.find_first_of("+/="), std::string::npos);
  }
  EXPECT_FALSE(signJwt("{}", "{}", "RS256", pemOf(ec))) << "a key of another kind";
  EXPECT_FALSE(signJwt("{}", "{}", "HS256", pemOf(rsa)));
  EXPECT_FALSE(signJwt("{}", "{}", "none", pemOf(rsa)));
  for (auto* key : {rsa, ec, ed}) EVP_PKEY_free(key);
}

TEST_F(JwtTest, QuotesNoKey) {
  auto refused = signJwt("{}", "{}", "RS256", "-----BEGIN secret");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace larder::upstream
