// What web pages may do with the OCI API: changes of their own site alone, and nothing under a name that was made to
// point here. Clients that are no browsers are not in the way of it.
#include "browser_guard.hpp"

#include "api_fixture.hpp"

namespace larder::test {
namespace {

using http::Method;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kEvil = "https://evil.example";

class BrowserGuard : public ApiTest {
 protected:
  BrowserGuard() { registry.addManifest("app", "v1", "{}"); }
  int ask(Method method, std::string path, const std::string& host, Fields fields) {
    fields.emplace_back("Host", host);
    return send({method, std::move(path), std::move(fields), method == Method::Get ? "" : "{}"}).status;
  }
  int change(const std::string& host, Fields fields) {
    return ask(Method::Delete, "/v2/app/manifests/v1", host, std::move(fields));
  }
  int read(const std::string& host, Fields fields) {
    return ask(Method::Get, "/v2/app/manifests/v1", host, std::move(fields));
  }
};

TEST_F(BrowserGuard, RefusesChangesOfOtherSites) {
  for (bool logIn : {false, true}) {
    if (logIn) config.http.auth.htpasswdPath = "/nonexistent";
    handler().reconfigure(policy());
    for (auto method : {Method::Post, Method::Put, Method::Patch, Method::Delete}) {
      for (const char* path : {"/v2/app/manifests/v1", "/v2/app/blobs/uploads/", "/v2/app/blobs/uploads/1"}) {
        EXPECT_EQ(ask(method, path, "127.0.0.1:5000", {{"Origin", kEvil}}), 403) << path;
        EXPECT_EQ(ask(method, path, "127.0.0.1:5000", {{"Origin", "null"}}), 403) << path;
        EXPECT_EQ(ask(method, path, "127.0.0.1:5000", {{"Sec-Fetch-Site", "cross-site"}}), 403) << path;
        EXPECT_EQ(ask(method, path, "127.0.0.1:5000", {{"Sec-Fetch-Site", "same-site"}}), 403) << path;
      }
    }
  }
  EXPECT_TRUE(registry.record.calls.empty());
}

TEST_F(BrowserGuard, LetsPagesOfItsOwnSiteChange) {
  EXPECT_EQ(change("127.0.0.1:5000", {{"Origin", "http://127.0.0.1:5000"}}), 202);
  EXPECT_EQ(change("LOCALHOST:5000", {{"Origin", "http://localhost:5000"}}), 202);
  EXPECT_EQ(change("[::1]:5000", {{"Origin", "http://[::1]:5000"}}), 202);
  EXPECT_EQ(change("127.0.0.1:5000", {{"Origin", "http://127.0.0.1:3000"}}), 403);
  config.http.externalUrl = "https://cache.example/";
  config.http.allowOrigin = {"https://ui.example", "*"};
  config.larder.management.allowedOrigins = {"https://admin.example"};
  handler().reconfigure(policy());
  EXPECT_EQ(change("cache.example", {{"Origin", "https://cache.example"}}), 202);
  EXPECT_EQ(change("10.0.0.1:5000", {{"Origin", "https://ui.example"}}), 202);
  EXPECT_EQ(change("10.0.0.1:5000", {{"Origin", "https://admin.example"}}), 202);
  EXPECT_EQ(change("10.0.0.1:5000", {{"Origin", kEvil}}), 403) << "* lets pages read";
}

// DNS rebinding: the page's own name points here, so that its origin is what the request was sent to.
TEST_F(BrowserGuard, RefusesPagesWhoseNameWasMadeToPointHere) {
  EXPECT_EQ(change("evil.example:5000", {{"Origin", "http://evil.example:5000"}}), 403);
  EXPECT_EQ(read("evil.example:5000", {{"Accept-Language", "en"}}), 403);
  EXPECT_EQ(ask(Method::Get, "/v2/_catalog", "evil.example:5000", {{"Accept-Language", "*"}}), 403);
  EXPECT_EQ(read("127.0.0.1:5000", {{"Accept-Language", "en"}}), 200);
  config.larder.management.allowedHosts = {"cache.lan"};
  handler().reconfigure(policy());
  EXPECT_EQ(change("cache.lan:5000", {{"Origin", "http://cache.lan:5000"}}), 202);
  EXPECT_EQ(read("cache.lan:5000", {{"Accept-Language", "en"}}), 200);
}

TEST_F(BrowserGuard, RefusesThemWhereOneCanLogInOnceItsNamesAreKnown) {
  config.http.auth.htpasswdPath = "/nonexistent";
  handler().reconfigure(policy());
  const Fields page{{"Accept-Language", "en"}};
  EXPECT_EQ(read("ingress.example", page), 200) << "nothing says by what name browsers come";
  EXPECT_EQ(ask(Method::Get, "/api/v1/session", "ingress.example", page), 200);
  for (const char* path : {"/api/v1/repositories", "/api/v1/live", "/api/v1/metrics/history", "/api/v1/node-setup"}) {
    EXPECT_EQ(ask(Method::Get, path, "ingress.example", page), 401) << path << ": but the anonymous see nothing there";
    EXPECT_NE(ask(Method::Get, path, "127.0.0.1:5000", page), 401) << path;
    EXPECT_NE(ask(Method::Get, path, "ingress.example", {}), 401) << path << ": nor is it a page that asks";
  }
  for (bool byUrl : {true, false}) {
    config.http.externalUrl = byUrl ? "https://cache.example" : "";
    config.larder.management.allowedHosts =
        byUrl ? std::vector<std::string>{} : std::vector<std::string>{"cache.example"};
    handler().reconfigure(policy());
    for (const char* path : {"/v2/app/manifests/v1", "/api/v1/session", "/api/v1/status", "/api/v1/live"}) {
      EXPECT_EQ(ask(Method::Get, path, "evil.example:5000", page), 403) << path;
      EXPECT_NE(ask(Method::Get, path, "evil.example:5000", {}), 403) << path;
      EXPECT_NE(ask(Method::Get, path, "cache.example", page), 403) << path;
      EXPECT_NE(ask(Method::Get, path, "10.0.0.1:5000", page), 403) << path;
    }
    EXPECT_EQ(ask(Method::Post, "/api/v1/session", "evil.example:5000", page), 403);
    EXPECT_NE(ask(Method::Post, "/api/v1/session", "cache.example", page), 403);
  }
}

TEST_F(BrowserGuard, RefusesAQueryWithABrokenEscape) {
  for (const char* path : {"/v2/app/tags/list?n=%zz", "/v2/app/manifests/v1?ns=%2", "/v2/_catalog?last=%00",
                           "/api/v1/repositories?q=%zz", "/api/v1/session?x=%"}) {
    EXPECT_EQ(ask(Method::Get, path, "127.0.0.1:5000", {}), 400) << path;
  }
}

TEST_F(BrowserGuard, LetsContainerClientsUseAnyName) {
  for (const char* host : {"larder.larder.svc:5000", "larder.cluster.local:5000", "cache.lan", "10.0.0.1:5000"}) {
    EXPECT_EQ(read(host, {{"User-Agent", "containerd/1.7.20"}, {"Accept-Encoding", "zstd"}}), 200) << host;
    EXPECT_EQ(change(host, {{"User-Agent", "containers/5.24 (github.com/containers/image)"}}), 202) << host;
  }
}

TEST_F(BrowserGuard, RefusesThemOnTheReadyPathToo) {
  auto answer = registry.addManifest("app", "v2", "{}");
  registry.readyManifests["app v2 "] = std::make_shared<const registry::ManifestService::Ready>(
      registry::ManifestService::Ready{answer, std::make_shared<const std::string>("Content-Length: 2\r\n")});
  ASSERT_TRUE(tryReady({Method::Get, "/v2/app/manifests/v2", {{"Host", "evil.example"}}}));
  for (const char* field : {"Accept-Language", "accept-language", "Sec-Fetch-Site", "Origin"}) {
    EXPECT_FALSE(tryReady({Method::Get, "/v2/app/manifests/v2", {{"Host", "evil.example"}, {field, "x"}}})) << field;
  }
}

TEST_F(BrowserGuard, RefusesMetricsToThem) {
  config.extensions.metrics.enable = true;
  EXPECT_EQ(ask(Method::Get, "/metrics", "evil.example:5000", {{"Accept-Language", "en"}}), 403);
  EXPECT_EQ(ask(Method::Get, "/metrics", "larder.larder.svc:5000", {}), 200);
}

}  // namespace
}  // namespace larder::test
