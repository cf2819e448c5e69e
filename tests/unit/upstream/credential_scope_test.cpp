#include "sources/oci/credential_scope.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace larder::upstream {
namespace {

TEST(RegistrableDomain, IsWhatOneOwnerRegistered) {
  EXPECT_EQ(registrableDomain("auth.docker.io"), "docker.io");
  EXPECT_EQ(registrableDomain("docker.io"), "docker.io");
  EXPECT_EQ(registrableDomain("a.b.c.example.com"), "example.com");
  EXPECT_EQ(registrableDomain("registry.example.co.uk"), "example.co.uk");
  EXPECT_EQ(registrableDomain("registry.example.com.au"), "example.com.au");
}

TEST(RegistrableDomain, SeparatesTheCustomersOfSharedDomains) {
  EXPECT_EQ(registrableDomain("one.azurecr.io"), "one.azurecr.io");
  EXPECT_EQ(registrableDomain("auth.one.azurecr.io"), "one.azurecr.io");
  EXPECT_EQ(registrableDomain("registry.team.svc.cluster.local"), "team.svc.cluster.local");
  EXPECT_EQ(registrableDomain("a.herokuapp.com"), "a.herokuapp.com");
  EXPECT_EQ(registrableDomain("a.b.eu-central-1.elasticbeanstalk.com"), "b.eu-central-1.elasticbeanstalk.com");
  EXPECT_EQ(registrableDomain("a.b.kawasaki.jp"), "a.b.kawasaki.jp") << "a wildcard of the list";
  EXPECT_EQ(registrableDomain("x.city.kawasaki.jp"), "city.kawasaki.jp") << "an exception of the list";
}

TEST(RegistrableDomain, IsNobodysInTheCloudsOwnDomains) {
  for (auto host : {"123456789012.dkr.ecr.eu-west-1.amazonaws.com", "x.execute-api.eu-west-1.amazonaws.com",
                    "europe-docker.pkg.dev", "a.10.0.0.1.nip.io", "x.westeurope.cloudapp.azure.com"}) {
    EXPECT_EQ(registrableDomain(host), "") << host;
  }
}

TEST(RegistrableDomain, IsEmptyWithoutTheList) {
  EXPECT_EQ(registrableDomain("auth.example.com", nullptr), "");
  auto may = [](const char* endpoint, const char* realm, std::vector<std::string> allowed = {}) {
    return mayReceiveCredentials(*parseEndpoint(endpoint), *splitUrl(realm), allowed, nullptr);
  };
  EXPECT_FALSE(may("https://registry.example.com", "https://auth.example.com/token"));
  EXPECT_TRUE(may("https://registry.example.com", "https://auth.example.com/token", {"auth.example.com"}));
  EXPECT_TRUE(may("https://ghcr.io", "https://ghcr.io/token"));
  EXPECT_TRUE(may("https://docker.io", "https://auth.docker.io/token"));
}

TEST(RegistrableDomain, IsEmptyWhereThereIsNoOwner) {
  for (auto host : {"", "localhost", "registry", "io", "co.uk", "azurecr.io", "github.io", "svc.cluster.local",
                    "10.0.0.1", "127.0.0.1", "[::1]", "::1", "docker.io.", "."}) {
    EXPECT_EQ(registrableDomain(host), "") << host;
  }
}

TEST(SplitUrl, TakesHttpUrlsApart) {
  auto parts = splitUrl("https://Auth.Docker.io/token?x=1");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->scheme, "https");
  EXPECT_EQ(parts->host, "auth.docker.io");
  EXPECT_EQ(parts->port, "443");
  EXPECT_EQ(splitUrl("http://[::1]:5000/")->host, "[::1]");
}

TEST(SplitUrl, RefusesOthers) {
  for (auto url : {"", "/token", "file:///etc/passwd", "ftp://a/", "https://user:pw@a/", "https://", "javascript:1"}) {
    EXPECT_FALSE(splitUrl(url)) << url;
  }
}

bool may(const std::string& endpoint, const std::string& realm, std::vector<std::string> allowed = {}) {
  return mayReceiveCredentials(*parseEndpoint(endpoint), *splitUrl(realm), allowed);
}

TEST(Credentials, GoToTheSameOwner) {
  EXPECT_TRUE(may("https://docker.io", "https://auth.docker.io/token"));
  EXPECT_TRUE(may("https://ghcr.io", "https://ghcr.io/token"));
  EXPECT_TRUE(may("http://registry:5000", "http://registry:5000/auth"));
  EXPECT_TRUE(may("https://gitlab.example.com:5050", "https://gitlab.example.com/jwt/auth"));
  EXPECT_TRUE(may("https://registry.example.com:5000", "https://auth.example.com/token"));
  EXPECT_TRUE(may("https://registry.corp.example", "https://login.corp.example/token"));
}

TEST(Credentials, GoNowhereElse) {
  EXPECT_FALSE(may("https://docker.io", "https://auth.docker.io.evil.com/token"));
  EXPECT_FALSE(may("https://docker.io", "https://evildocker.io/token"));
  EXPECT_FALSE(may("https://ghcr.io", "https://quay.io/token"));
  EXPECT_FALSE(may("https://one.azurecr.io", "https://two.azurecr.io/token"));
  EXPECT_FALSE(may("https://a.co.uk", "https://b.co.uk/token"));
  EXPECT_FALSE(may("http://registry:5000", "http://other:5000/auth"));
  EXPECT_FALSE(may("http://10.0.0.1:5000", "http://10.0.0.2/auth"));
  EXPECT_FALSE(may("http://1.2.3.4", "http://9.9.3.4/auth"));
}

TEST(Credentials, GoToNoOtherPort) {
  EXPECT_FALSE(may("https://ghcr.io", "https://ghcr.io:8443/token"));
  EXPECT_FALSE(may("https://registry.example.com", "https://auth.example.com:8443/token"));
  EXPECT_FALSE(may("http://registry:5000", "http://registry:5001/auth"));
  EXPECT_FALSE(may("http://registry:5000", "http://registry/auth"));
  EXPECT_FALSE(may("http://10.0.0.1:5000", "http://10.0.0.1/auth"));
  EXPECT_FALSE(may("http://registry.example.com", "http://auth.example.com/token"));
  EXPECT_TRUE(may("https://ghcr.io", "https://ghcr.io:8443/token", {"ghcr.io:8443"}));
  EXPECT_TRUE(may("http://registry:5000", "http://registry:5001/auth", {"registry"}));
}

TEST(Credentials, NeverLeaveHttps) {
  EXPECT_FALSE(may("https://docker.io", "http://auth.docker.io/token"));
  EXPECT_FALSE(may("https://docker.io", "http://sso.example.org/token", {"sso.example.org"}));
}

TEST(Credentials, GoWhereTheAdminSays) {
  EXPECT_TRUE(may("https://ghcr.io", "https://sso.example.org/token", {"SSO.example.org"}));
  EXPECT_TRUE(may("https://ghcr.io", "https://sso.example.org:8443/token", {"sso.example.org:8443"}));
  EXPECT_FALSE(may("https://ghcr.io", "https://sso.example.org/token", {"sso.example.org:8443"}));
  EXPECT_FALSE(may("https://ghcr.io", "https://x.sso.example.org/token", {"sso.example.org"}));
}

}  // namespace
}  // namespace larder::upstream
