// Whom a request is taken to come from behind a proxy.
#include "proxied.hpp"

#include "api_fixture.hpp"

namespace larder::test {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

class Proxied : public ApiTest {
 protected:
  Proxied() {
    config.larder.management.trustedProxies = {core::Network::parse("10.0.0.0/8").value(),
                                               core::Network::parse("::1").value()};
  }
  // The client's address, "" where the request stays as it is.
  std::string client(Fields fields, std::string peer = "10.0.0.1") {
    TestRequest request{http::Method::Get, "/", std::move(fields), {}, false, std::move(peer)};
    auto sent = api::asClientSent(api::PolicyState(policy()), request.head());
    return sent ? std::string(sent->remoteAddress) : "";
  }
};

TEST_F(Proxied, TheLastAddressThatIsNoProxysIsTheClients) {
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1");
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.5, 192.0.2.1,10.9.9.9 , ::1"}}), "192.0.2.1");
  EXPECT_EQ(client({{"x-forwarded-for", "192.0.2.1"}, {"X-Forwarded-For", "192.0.2.2"}}), "192.0.2.2");
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.1:4711"}}), "192.0.2.1");
  EXPECT_EQ(client({{"X-Forwarded-For", "[2001:db8::1]:4711"}}), "2001:db8::1");
  EXPECT_EQ(client({{"X-Forwarded-For", "10.0.0.7"}}), "10.0.0.7") << "a client in the proxies' network";
}

TEST_F(Proxied, OthersSayNothingOfTheirClients) {
  EXPECT_EQ(client({{"X-Forwarded-For", "127.0.0.1"}}, "192.0.2.1"), "");
  EXPECT_EQ(client({{"X-Forwarded-For", "127.0.0.1"}}, "127.0.0.1"), "");
  EXPECT_EQ(client({}), "");
  EXPECT_EQ(client({{"X-Forwarded-For", ""}}), "");
  EXPECT_EQ(client({{"X-Forwarded-For", "unknown"}}), "");
  EXPECT_EQ(client({{"X-Forwarded-For", "127.0.0.1, unknown, 10.0.0.2"}}), "10.0.0.2");
  config.larder.management.trustedProxies.clear();
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.1"}}), "");
}

TEST_F(Proxied, SchemeAndHostAreTheClientsToo) {
  TestRequest request{http::Method::Get,
                      "/",
                      {{"Host", "inner"},
                       {"X-Forwarded-For", "192.0.2.1"},
                       {"X-Forwarded-Proto", "http, https"},
                       {"X-Forwarded-Host", "evil.example, cache.example"},
                       {"Accept", "*/*"}},
                      {},
                      false,
                      "::1"};
  auto sent = api::asClientSent(api::PolicyState(policy()), request.head());
  ASSERT_TRUE(sent);
  EXPECT_TRUE(sent->tls);
  EXPECT_EQ(sent->field("Host"), "cache.example");
  EXPECT_EQ(sent->field("Accept"), "*/*");
}

TEST_F(Proxied, AHostCountsOnlyFromWhoAsksForAKnownOne) {
  config.larder.management.allowedHosts = {"cache.example"};
  auto hostOf = [&](const std::string& asked) {
    TestRequest request{http::Method::Get,
                        "/",
                        {{"Host", asked}, {"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Host", "localhost"}},
                        {},
                        false,
                        "10.0.0.1"};
    auto sent = api::asClientSent(api::PolicyState(policy()), request.head());
    return sent ? std::string(sent->field("Host")) : "";
  };
  for (const char* host : {"10.0.0.5:5000", "cache.example", "larder:5000", "larder.apps.svc",
                           "larder.svc.cluster.local", "larder.internal:5000", "larder.local."}) {
    EXPECT_EQ(hostOf(host), "localhost") << host;
  }
  for (const char* host : {"evil.example", "evil.example:5000", "localhost.evil.example", "svc.example."}) {
    EXPECT_EQ(hostOf(host), host) << "a page whose name was made to point here";
  }
}

class ProxiedPrefix : public Proxied {
 protected:
  std::string prefix(Fields fields, std::string peer = "10.0.0.1") {
    fields.emplace_back("X-Forwarded-For", "192.0.2.1");
    TestRequest request{http::Method::Get, "/", std::move(fields), {}, false, std::move(peer)};
    auto sent = api::asClientSent(api::PolicyState(policy()), request.head());
    return sent ? std::string(sent->prefix) : "";
  }
};

TEST_F(ProxiedPrefix, IsWhatTheProxyTookOff) {
  for (const char* text : {"/larder", "/apps/larder", "/a.b_c~d-9", "/..a", "/.well-known"}) {
    EXPECT_EQ(prefix({{"X-Forwarded-Prefix", text}}), text);
  }
  EXPECT_EQ(prefix({{"x-forwarded-prefix", "/larder/"}}), "/larder");
  EXPECT_EQ(prefix({{"X-Forwarded-Prefix", "/"}}), "");
  EXPECT_EQ(prefix({{"X-Forwarded-Prefix", "/mine, /larder"}}), "/larder") << "the proxy's own is the last";
  EXPECT_EQ(prefix({{"X-Forwarded-Prefix", "/mine"}, {"X-Forwarded-Prefix", "/larder"}}), "/larder");
  EXPECT_EQ(prefix({{"X-Forwarded-Prefix", "/" + std::string(255, 'a')}}).size(), 256);
}

TEST_F(ProxiedPrefix, IsNoneOfOthers) {
  EXPECT_EQ(prefix({{"X-Forwarded-Prefix", "/larder"}}, "192.0.2.1"), "");
  EXPECT_EQ(prefix({{"X-Forwarded-Prefix", "/larder"}}, "127.0.0.1"), "");
  config.larder.management.trustedProxies.clear();
  EXPECT_EQ(prefix({{"X-Forwarded-Prefix", "/larder"}}), "");
}

TEST_F(ProxiedPrefix, IsNothingThatIsNoPlainPath) {
  for (const char* text : {"",
                           "larder",
                           "//evil.example",
                           "/larder//",
                           "//",
                           "/a//b",
                           "/..",
                           "/a/../b",
                           "/.",
                           "/a/./b",
                           "/a b",
                           "/a\tb",
                           "/a%2fb",
                           "/a\"><script>",
                           "/a'b",
                           "/a;Path=/",
                           "/a?b",
                           "/a#b",
                           "/a\\b",
                           "/a:b",
                           "/a@b",
                           "/\xc3\xa4",
                           "https://evil.example",
                           "/larder,",
                           "/larder, /a\"b"}) {
    EXPECT_EQ(prefix({{"X-Forwarded-Prefix", text}}), "") << text;
  }
  EXPECT_EQ(prefix({{"X-Forwarded-Prefix", "/" + std::string(256, 'a')}}), "");
}

}  // namespace
}  // namespace larder::test
