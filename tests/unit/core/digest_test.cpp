#include "larder/core/digest.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace larder::core {
namespace {

constexpr std::string_view kEmptySha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kAbcSha512 =
    "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST(Digest, IsThatOfFips180) {
  EXPECT_EQ(Digest::of("").toString(), kEmptySha256);
  EXPECT_EQ(Digest::of("abc", DigestAlgorithm::Sha512).toString(), kAbcSha512);
}

TEST(Digest, ParsesWhatItWrites) {
  for (const auto text : {kEmptySha256, kAbcSha512}) {
    const auto digest = Digest::parse(text);
    ASSERT_TRUE(digest) << digest.error().message;
    EXPECT_EQ(digest->toString(), text);
    EXPECT_EQ(Digest::fromRaw(digest->algorithm(), digest->raw()), *digest);
  }
}

TEST(Digest, RefusesWhatIsNotRegisteredOrMalformed) {
  const std::string good(kEmptySha256);
  for (const auto& text :
       {std::string(), std::string("sha256"), std::string("sha256:"), good.substr(0, good.size() - 1), good + "0",
        "SHA256" + good.substr(6), "sha256:E" + good.substr(8), "sha256:g" + good.substr(8),
        std::string("md5:d41d8cd98f00b204e9800998ecf8427e"), "sha512" + good.substr(6), " " + good, good + "\n"}) {
    const auto digest = Digest::parse(text);
    ASSERT_FALSE(digest) << text;
    EXPECT_EQ(digest.error().code, ErrorCode::DigestInvalid) << text;
  }
}

TEST(Digest, DefaultStandsForNone) {
  EXPECT_TRUE(Digest{}.isNone());
  EXPECT_FALSE(Digest::of("").isNone());
}

TEST(Digest, RefusesRawBytesOfTheWrongSize) {
  EXPECT_THROW(Digest::fromRaw(DigestAlgorithm::Sha512, bytes("short")), std::invalid_argument);
}

TEST(Digest, HashesDifferForDifferentContent) {
  std::unordered_set<Digest> digests;
  for (int i = 0; i < 1000; ++i) digests.insert(Digest::of(std::to_string(i)));
  EXPECT_EQ(digests.size(), 1000u);
  EXPECT_NE(std::hash<Digest>{}(Digest::of("a")), std::hash<Digest>{}(Digest::of("b")));
}

TEST(Hasher, GivesTheSameDigestInPieces) {
  const std::string data(100'000, 'x');
  for (const auto algorithm : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
    Hasher hasher(algorithm);
    for (std::size_t at = 0; at < data.size(); at += 777) hasher.update(bytes(std::string_view(data).substr(at, 777)));
    EXPECT_EQ(hasher.digest(), Digest::of(data, algorithm));
  }
}

TEST(Hasher, GoesOnAfterADigest) {
  Hasher hasher;
  hasher.update(bytes("ab"));
  EXPECT_EQ(hasher.digest(), Digest::of("ab"));
  hasher.update(bytes("c"));
  EXPECT_EQ(hasher.digest(), Digest::of("abc"));
}

TEST(Hasher, MovesWithItsState) {
  Hasher first;
  first.update(bytes("ab"));
  Hasher second = std::move(first);
  second.update(bytes("c"));
  EXPECT_EQ(second.digest(), Digest::of("abc"));
}

}  // namespace
}  // namespace larder::core
