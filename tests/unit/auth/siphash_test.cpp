#include "methods/htpasswd/siphash.hpp"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>

namespace larder::auth {
namespace {

using Bytes16 = std::array<unsigned char, 16>;

Bytes16 bytes(const Hash128& hash) {
  Bytes16 out;
  std::memcpy(out.data(), &hash.low, 8);
  std::memcpy(out.data() + 8, &hash.high, 8);
  return out;
}

constexpr Hash128 kKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

Bytes16 opensslSipHash(const std::string& data) {
  Bytes16 key = bytes(kKey);
  std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr), EVP_MAC_free);
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
  std::size_t size = 16;
  std::array params = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end()};
  Bytes16 out{};
  EXPECT_EQ(EVP_MAC_init(context.get(), key.data(), key.size(), params.data()), 1);
  EXPECT_EQ(EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(data.data()), data.size()), 1);
  EXPECT_EQ(EVP_MAC_final(context.get(), out.data(), &size, out.size()), 1);
  return out;
}

TEST(SipHash, GivesThePublishedVectors) {
  EXPECT_EQ(bytes(sipHash128(kKey, "")),
            (Bytes16{0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93}));
  EXPECT_EQ(bytes(sipHash128(kKey, std::string(1, '\0'))),
            (Bytes16{0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45}));
}

TEST(SipHash, AgreesWithOpensslAtEveryLength) {
  std::string data;
  for (int length = 0; length < 80; ++length) {
    EXPECT_EQ(bytes(sipHash128(kKey, data)), opensslSipHash(data)) << length;
    data += static_cast<char>(length * 37 + 200);
  }
}

TEST(SipHash, DependsOnTheWholeKey) {
  Hash128 otherLow = kKey;
  otherLow.low ^= 1;
  Hash128 otherHigh = kKey;
  otherHigh.high ^= 1;
  EXPECT_NE(sipHash128(otherLow, "x"), sipHash128(kKey, "x"));
  EXPECT_NE(sipHash128(otherHigh, "x"), sipHash128(kKey, "x"));
}

}  // namespace
}  // namespace larder::auth
