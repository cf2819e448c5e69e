#include "transport/local_address.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>

#include "fixtures.hpp"

namespace larder::upstream {
namespace {

TEST(LocalAddress, IsWhatLeadsToNoOtherMachine) {
  for (const char* text : {"127.0.0.1",
                           "127.255.255.254",
                           "0.0.0.0",
                           "0.1.2.3",
                           "169.254.169.254",
                           "169.254.0.1",
                           "100.100.100.200",
                           "168.63.129.16",
                           "192.0.0.192",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::1",
                           "::",
                           "fe80::1",
                           "febf::1",
                           "fe80::1%eth0",
                           "ff02::1",
                           "fd00:ec2::254",
                           "fd20:ce::254",
                           "::ffff:127.0.0.1",
                           "::ffff:169.254.169.254",
                           "::127.0.0.1",
                           "64:ff9b::169.254.169.254",
                           "2002:7f00:1::"}) {
    EXPECT_EQ(reachOf(std::string(text)), Reach::Local) << text;
  }
}

TEST(LocalAddress, TellsPrivateNetworksFromThePublic) {
  for (const char* text :
       {"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255",
        "fd12:3456::1", "fc00::1", "fec0::1", "::ffff:10.0.0.1", "64:ff9b::192.168.0.1", "2002:0a00:1::"}) {
    EXPECT_EQ(reachOf(std::string(text)), Reach::Private) << text;
  }
  for (const char* text :
       {"8.8.8.8", "126.255.255.255", "128.0.0.1", "169.253.0.1", "192.0.0.191", "223.255.255.255", "9.255.255.255",
        "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.0.1", "100.63.255.255", "100.128.0.0", "2001:db8::1",
        "64:ff9b::8.8.8.8", "2002:808:808::", "fbff::1", "", "localhost"}) {
    EXPECT_EQ(reachOf(std::string(text)), Reach::Public) << text;
  }
}

TEST(LocalAddress, IsWhatAnInterfaceOfThisMachineHas) {
  ifaddrs* list = nullptr;
  ASSERT_EQ(getifaddrs(&list), 0);
  std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  for (const auto* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    char text[INET_ADDRSTRLEN] = {};
    const auto& address = reinterpret_cast<const sockaddr_in&>(*one->ifa_addr).sin_addr;
    ASSERT_NE(inet_ntop(AF_INET, &address, text, sizeof text), nullptr);
    EXPECT_EQ(reachOf(*one->ifa_addr), Reach::Local) << text;
    EXPECT_EQ(reachOf(std::string(text)), Reach::Local) << text;
    EXPECT_EQ(reachOf("::ffff:" + std::string(text)), Reach::Local) << text;
    EXPECT_EQ(reachOfHost(text), Reach::Local) << text;
  }
}

TEST(LocalAddress, IsToldByTheNameWhereThatIsEnough) {
  for (const char* host : {"localhost", "a.localhost", "localhost.", "[::1]", "127.0.0.1"}) {
    EXPECT_EQ(reachOfHost(host), Reach::Local) << host;
  }
  for (const char* host : {"localhost.example", "notlocalhost", "10.0.0.1", "[2001:db8::1]", ""}) {
    EXPECT_NE(reachOfHost(host), Reach::Local) << host;
  }
  for (const char* host : {"10.0.0.1", "10.0.0.1.", "[fd12:3456::1]"}) {
    EXPECT_EQ(reachOfHost(host), Reach::Private) << host;
  }
}

class OciTrial : public OciSourceTest {
 protected:
  EndpointOptions trial() const {
    auto with = options();
    with.localAddresses = false;
    return with;
  }
};

TEST_F(OciTrial, ConnectsToNoAddressOfThisMachine) {
  auto refused = getManifest(*source(trial()), "img/1x1k/trial");
  EXPECT_EQ(codeOf(refused), ErrorCode::InvalidArgument);
  EXPECT_EQ(registry().count("GET manifest"), 0);
}

// The name tells nothing here: only what it resolves to does.
TEST_F(OciTrial, LooksAtTheAddressThatANameResolvesTo) {
  auto with = trial();
  auto url = registry().url();
  char name[256] = {};
  ASSERT_EQ(gethostname(name, sizeof name - 1), 0);
  with.url = "http://" + std::string(name) + url.substr(url.rfind(':'));
  auto named = options();
  named.url = with.url;
  if (!getManifest(*source(named), "img/1x1k/trial")) GTEST_SKIP() << "this machine's name does not lead to loopback";
  auto before = registry().count("GET manifest");
  EXPECT_EQ(codeOf(getManifest(*source(with), "img/1x1k/trial")), ErrorCode::InvalidArgument);
  EXPECT_EQ(registry().count("GET manifest"), before);
}

}  // namespace
}  // namespace larder::upstream
