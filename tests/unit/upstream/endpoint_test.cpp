#include "larder/upstream/endpoint.hpp"

#include <gtest/gtest.h>

namespace larder::upstream {
namespace {

TEST(Endpoint, ReadsSchemeHostAndDefaultPort) {
  auto endpoint = parseEndpoint("https://ghcr.io");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->scheme, "https");
  EXPECT_EQ(endpoint->host, "ghcr.io");
  EXPECT_EQ(endpoint->connectHost, "ghcr.io");
  EXPECT_EQ(endpoint->port, 443);
  EXPECT_EQ(endpoint->pathPrefix, "");
  EXPECT_EQ(endpoint->origin(), "https://ghcr.io");
}

TEST(Endpoint, KeepsAnotherPortInTheHost) {
  auto endpoint = parseEndpoint("http://Registry.Local:5000/");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->host, "registry.local:5000");
  EXPECT_EQ(endpoint->connectHost, "registry.local");
  EXPECT_EQ(endpoint->port, 5000);
  EXPECT_EQ(endpoint->origin(), "http://registry.local:5000");
}

TEST(Endpoint, DropsTheDefaultPort) {
  EXPECT_EQ(parseEndpoint("https://quay.io:443")->host, "quay.io");
  EXPECT_EQ(parseEndpoint("http://quay.io:80")->host, "quay.io");
  EXPECT_EQ(parseEndpoint("http://quay.io:80")->origin(), "http://quay.io");
}

TEST(Endpoint, MeansHttpsWithoutAScheme) {
  auto endpoint = parseEndpoint("quay.io/prometheus");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->origin(), "https://quay.io");
  EXPECT_EQ(endpoint->pathPrefix, "prometheus");
}

TEST(Endpoint, TakesAnIpv6Address) {
  auto endpoint = parseEndpoint("http://[::1]:5000");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->host, "[::1]:5000");
  EXPECT_EQ(endpoint->connectHost, "[::1]");
  EXPECT_EQ(endpoint->port, 5000);
}

TEST(Endpoint, ConnectsToDockerHubsApiWhateverItIsCalled) {
  for (auto url : {"https://docker.io", "https://index.docker.io", "https://registry-1.docker.io",
                   "https://index.docker.io/v1/", "https://docker.io/v2/", "https://DOCKER.IO:443"}) {
    auto endpoint = parseEndpoint(url);
    ASSERT_TRUE(endpoint) << url;
    EXPECT_EQ(endpoint->host, "docker.io") << url;
    EXPECT_EQ(endpoint->connectHost, "registry-1.docker.io") << url;
    EXPECT_EQ(endpoint->pathPrefix, "") << url;
  }
}

TEST(Endpoint, RefusesWhatItCannotUse) {
  for (auto url : {"", "https://", "ftp://host", "https://host:0", "https://host:70000", "https://host:x",
                   "https://a b", "https://host/?x=1", "https://host/#x", "https://host/Upper", "https://host/a//b",
                   "https://-host", "https://a..b", "https://[host]", "https://[::1"}) {
    auto endpoint = parseEndpoint(url);
    ASSERT_FALSE(endpoint) << url;
    EXPECT_EQ(endpoint.error().code, core::ErrorCode::InvalidArgument) << url;
  }
}

TEST(Endpoint, NeverShowsAPasswordFromTheUrl) {
  auto endpoint = parseEndpoint("https://user:hunter2@host/");
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().message.find("hunter2"), std::string::npos);
  EXPECT_EQ(endpoint.error().where.find("hunter2"), std::string::npos);
}

TEST(CanonicalHost, NamesDockerHubOnce) {
  EXPECT_EQ(canonicalHost("registry-1.docker.io"), "docker.io");
  EXPECT_EQ(canonicalHost("index.docker.io:443"), "docker.io");
  EXPECT_EQ(canonicalHost("Docker.IO"), "docker.io");
  EXPECT_EQ(canonicalHost("auth.docker.io"), "auth.docker.io");
  EXPECT_EQ(canonicalHost("ghcr.io"), "ghcr.io");
  EXPECT_EQ(canonicalHost("host:8443"), "host:8443");
}

TEST(NameAtUpstream, PutsThePathBeforeTheNameOnce) {
  auto quay = *parseEndpoint("https://quay.io/prometheus");
  EXPECT_EQ(nameAtUpstream(quay, "node-exporter"), "prometheus/node-exporter");
  EXPECT_EQ(nameAtUpstream(quay, "prometheus/node-exporter"), "prometheus/node-exporter");
  EXPECT_EQ(nameAtUpstream(quay, "prometheus"), "prometheus");
  EXPECT_EQ(nameAtUpstream(quay, "prometheus-x/y"), "prometheus/prometheus-x/y");
}

TEST(NameAtUpstream, AddsLibraryAtDockerHubAlone) {
  EXPECT_EQ(nameAtUpstream(*parseEndpoint("https://docker.io"), "nginx"), "library/nginx");
  EXPECT_EQ(nameAtUpstream(*parseEndpoint("https://docker.io"), "bitnami/nginx"), "bitnami/nginx");
  EXPECT_EQ(nameAtUpstream(*parseEndpoint("https://docker.io/library"), "nginx"), "library/nginx");
  EXPECT_EQ(nameAtUpstream(*parseEndpoint("https://docker.io/library"), "library/nginx"), "library/nginx");
  EXPECT_EQ(nameAtUpstream(*parseEndpoint("https://quay.io"), "nginx"), "nginx");
}

}  // namespace
}  // namespace larder::upstream
