#include "larder/core/network.hpp"

#include <gtest/gtest.h>

namespace larder::core {
namespace {

bool contains(const char* network, const char* address) {
  return Network::parse(network).value().contains(parseIp(address).value());
}

TEST(Network, HoldsTheAddressesOfItsPrefix) {
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.129"));
  EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(contains("192.0.2.7", "192.0.2.8"));
  EXPECT_TRUE(contains("fd00::/7", "fc12::1"));
  EXPECT_FALSE(contains("fd00::/16", "fd01::1"));
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
}

TEST(Network, TakesAMappedAddressForItsIPv4One) {
  EXPECT_TRUE(contains("127.0.0.0/8", "::ffff:127.0.0.1"));
  EXPECT_TRUE(contains("fe80::/10", "fe80::1%eth0"));
}

TEST(Network, RefusesWhatIsNone) {
  for (const char* wrong : {"", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/8x", "10.0.0/8", "localhost",
                            "10.0.0.0/-1", "[::1]", "fe80::1%eth0/64"}) {
    EXPECT_FALSE(Network::parse(wrong)) << wrong;
  }
}

TEST(IpAddress, KnowsLoopback) {
  for (const char* own : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(isLoopback(parseIp(own).value())) << own;
  }
  for (const char* other : {"128.0.0.1", "10.0.0.1", "::2", "::", "fe80::1"}) {
    EXPECT_FALSE(isLoopback(parseIp(other).value())) << other;
  }
}

TEST(IpAddress, EndsAtNoNul) {
  using std::string_view_literals::operator""sv;
  EXPECT_TRUE(parseIp("::1"sv));
  EXPECT_FALSE(parseIp("::1\0"sv));
  EXPECT_FALSE(Network::parse("10.0.0.0\0x/8"sv));
}

}  // namespace
}  // namespace larder::core
