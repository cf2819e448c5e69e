// Files that a configuration names.
#include <gtest/gtest.h>

#include "larder/config/hosts.hpp"
#include "load_helpers.hpp"
#include "support/temp_directory.hpp"
#include "support/test_certificates.hpp"

namespace larder::config {
namespace {

class LoadFiles : public testing::Test {
 protected:
  std::string file(const std::string& name, std::string_view content) {
    return writeFile(directory_.path() / name, content).string();
  }
  static Loaded withTls(const std::string& members) { return loadText(R"({"http": {"tls": {)" + members + "}}}"); }
  static Loaded withCredentials(const std::string& path) {
    return loadText(R"({"extensions": {"sync": {"credentialsFile": ")" + path + R"("}}})");
  }
  static void expectError(const Loaded& result, std::string_view path, std::string_view message) {
    EXPECT_FALSE(result.config);
    ASSERT_FALSE(result.problems.empty());
    EXPECT_EQ(result.problems[0].path, path) << describe(result.problems);
    EXPECT_NE(result.problems[0].message.find(message), std::string::npos) << describe(result.problems);
  }

  test::TempDirectory directory_;
};

TEST_F(LoadFiles, OfPasswordsAreChecked) {
  const auto load = [](const std::string& path) {
    return loadText(R"({"http": {"auth": {"htpasswd": {"path": ")" + path + R"("}}}})");
  };
  EXPECT_TRUE(load(file("good", "# users\n\na:$2y$05$abc\r\nb:$6$x$y\n")).config);
  EXPECT_TRUE(load(file("empty", "")).config);
  for (const auto* content : {"a:$2y$05$abc\nnonsense-hunter2\n", ":hunter2\n", "a:\n"}) {
    const auto result = load(file("bad", content));
    expectError(result, "http.auth.htpasswd.path", "not a valid name:hash entry");
    EXPECT_EQ(describe(result.problems).find("hunter2"), std::string::npos);
  }
  EXPECT_NE(load(file("bad", "a:b\nc\n")).problems[0].message.find("Line 2"), std::string::npos);
  expectError(load(directory_.path().string()), "http.auth.htpasswd.path", "is not a regular file");
}

TEST_F(LoadFiles, OfALongPathAreNamed) {
  auto result = loadFile("/" + std::string(300, 'a') + "/nothing.json");
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_NE(result.problems[0].message.find("/nothing.json\""), std::string::npos) << result.problems[0].message;
}

TEST_F(LoadFiles, OfTlsAreTaken) {
  const support::TestCertificate ca(directory_.path(), "ca"), server(directory_.path(), "server", &ca);
  const auto result = withTls(R"("cert": ")" + server.certificate() + R"(", "key": ")" + server.key() +
                              R"(", "cacert": ")" + ca.certificate() + R"(")");
  ASSERT_TRUE(result.config) << describe(result.problems);
  ASSERT_TRUE(result.config->http.tls);
  EXPECT_EQ(result.config->http.tls->cert, server.certificate());
  EXPECT_EQ(result.config->http.tls->key, server.key());
  EXPECT_EQ(result.config->http.tls->cacert, ca.certificate());
  EXPECT_TRUE(result.config->http.auth.mtls.enabled);

  const auto both =
      loadText(R"({"http": {"tls": {"cert": ")" + server.certificate() + R"(", "key": ")" + server.key() +
               R"(", "cacert": ")" + ca.certificate() + R"("}, "auth": {"htpasswd": {}, "apikey": true}}})");
  expectError(both, "http.auth.htpasswd.path", "missing");
}

TEST_F(LoadFiles, OfTlsMustFitTogether) {
  const support::TestCertificate one(directory_.path(), "one"), other(directory_.path(), "other");
  const auto cert = [](const std::string& path) { return R"("cert": ")" + path + R"(")"; };
  const auto key = [](const std::string& path) { return R"(, "key": ")" + path + R"(")"; };
  const auto text = file("text", "no PEM\n");

  expectError(withTls(cert(one.certificate())), "http.tls.key", "missing");
  expectError(withTls(R"("key": ")" + one.key() + R"(")"), "http.tls.cert", "missing");
  expectError(withTls(R"("cacert": ")" + one.certificate() + R"(")"), "http.tls.cert", "missing");
  expectError(withTls(cert("/nowhere.crt") + key("/nowhere.key")), "http.tls.cert", "does not exist");
  expectError(withTls(cert(text) + key(one.key())), "http.tls.cert", "no certificate");
  expectError(withTls(cert(one.certificate()) + key(text)), "http.tls.key", "no unencrypted private key");
  expectError(withTls(cert(one.certificate()) + key(one.certificate())), "http.tls.key", "no unencrypted private key");
  expectError(withTls(cert(one.certificate()) + key(other.key())), "http.tls.key", "not the private key");
  expectError(withTls(cert(one.certificate()) + key(one.key()) + R"(, "cacert": ")" + text + R"(")"), "http.tls.cacert",
              "no certificate");
}

TEST_F(LoadFiles, OfRevokedCertificatesAreChecked) {
  const support::TestCertificate ca(directory_.path(), "ca"), server(directory_.path(), "server", &ca);
  const auto list = (directory_.path() / "ca.crl").string();
  const auto load = [&](const std::string& crl, bool withCa = true) {
    return loadText(R"({"http": {"tls": {"cert": ")" + server.certificate() + R"(", "key": ")" + server.key() + '"' +
                    (withCa ? R"(, "cacert": ")" + ca.certificate() + '"' : "") +
                    R"(}, "accessControl": {}}, "larder": {"tls": {"crl": ")" + crl + R"("}}})");
  };
  ca.revoke(list, {&server});
  const auto good = load(list);
  ASSERT_TRUE(good.config) << describe(good.problems);
  EXPECT_TRUE(good.problems.empty()) << describe(good.problems);
  EXPECT_EQ(good.config->larder.tls.crl, list);

  expectError(load(ca.certificate()), "larder.tls.crl", "no revocation list");
  expectError(load("/nowhere.crl"), "larder.tls.crl", "does not exist");
  expectError(load(list, false), "larder.tls.crl", "http.tls.cacert");
  ca.revoke(list, {}, -1);
  const auto outdated = load(list);
  ASSERT_TRUE(outdated.config) << describe(outdated.problems);
  EXPECT_EQ(outdated.problems.at(0).path, "larder.tls.crl");
}

TEST_F(LoadFiles, OfPasswordsWithoutAccessControlMakeAdminsOfAll) {
  const auto users = R"({"http": {"auth": {"htpasswd": {"path": ")" + file("users", "a:$2y$05$abc\n") + R"("}})";
  const auto alone = loadText(users + "}}");
  ASSERT_TRUE(alone.config);
  ASSERT_EQ(alone.problems.size(), 1U) << describe(alone.problems);
  EXPECT_EQ(alone.problems[0].path, "http.accessControl");
  EXPECT_EQ(alone.problems[0].severity, Severity::Warning);
  EXPECT_NE(alone.problems[0].message.find("is an admin"), std::string::npos);

  const auto everyone = loadText(users + R"(, "accessControl": {"repositories": {"**": {
      "defaultPolicy": ["read", "create", "update", "delete"]}}}}})");
  ASSERT_EQ(everyone.problems.size(), 1U) << describe(everyone.problems);
  EXPECT_EQ(everyone.problems[0].path, R"(http.accessControl.repositories["**"].defaultPolicy)");
  const auto readers =
      loadText(users + R"(, "accessControl": {"repositories": {"**": {"defaultPolicy": ["read"]}}}}})");
  EXPECT_TRUE(readers.problems.empty()) << describe(readers.problems);
}

TEST_F(LoadFiles, OfTlsMayNameUsersByCommonName) {
  const support::TestCertificate ca(directory_.path(), "ca"), server(directory_.path(), "server", &ca);
  const auto load = [&](const std::string& mtls) {
    return loadText(R"({"http": {"tls": {"cert": ")" + server.certificate() + R"(", "key": ")" + server.key() +
                    R"(", "cacert": ")" + ca.certificate() + R"("}, "auth": {"mtls": {)" + mtls +
                    R"(}}, "accessControl": {"repositories": {"**": {"defaultPolicy": ["read"]}}}}})");
  };
  const auto good = load(R"("identityAttributes": ["commonname"])");
  ASSERT_TRUE(good.config) << describe(good.problems);
  EXPECT_TRUE(good.problems.empty()) << describe(good.problems);
  EXPECT_EQ(good.config->http.auth.mtls.identityAttributes, std::vector<std::string>{"CommonName"});

  const auto other = load(R"x("identityAttributes": ["URI"], "uriSanPattern": "spiffe://(.*)")x");
  ASSERT_TRUE(other.config) << describe(other.problems);
  ASSERT_EQ(other.problems.size(), 2u) << describe(other.problems);
  EXPECT_EQ(other.problems[0].path, "http.auth.mtls.identityAttributes[0]");
  EXPECT_NE(other.problems[0].hint.find("do not log anyone in"), std::string::npos);

  expectError(load(R"("uriSanPattern": "a")"), "http.auth.mtls.uriSanPattern", "no effect");
}

TEST_F(LoadFiles, OfCredentialsKnowTheSpellingsOfAHost) {
  const auto result = withCredentials(file("credentials", R"({
      "https://index.docker.io/v1/": {"username": "hub", "password": "p"},
      "Registry.Example.org:443": {"Username": "a", "PASSWORD": "b", "auth": "ignored"},
      "localhost:5000": {"username": "c", "password": ""}})"));
  ASSERT_TRUE(result.config) << describe(result.problems);
  const auto& credentials = result.config->extensions.sync->credentials;
  ASSERT_EQ(credentials.size(), 3u);
  EXPECT_EQ(credentials.at("docker.io").username, "hub");
  EXPECT_EQ(credentials.at("registry.example.org").password, "b");
  EXPECT_EQ(credentials.at("localhost:5000").username, "c");
}

TEST_F(LoadFiles, OfCredentialsAreRefusedByPlaceAndWithoutContent) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"a.example": "hunter2"})", "entry 1 must be an object"},
      {R"({"a.example": {"username": "u", "password": 5}})", "entry 1 must have strings"},
      {R"({"a.example": {}})", "entry 1 has neither"},
      {R"({"not a host": {"username": "u", "password": "hunter2"}})", "entry 1 has a name that is not a valid host"},
      {R"({"docker.io": {"username": "u", "password": "hunter2"}, "index.docker.io": {"username": "u", "password": "x"}})",
       "entry 2 is for the same host"},
      {R"({"a.example": {"password": "hunter2", "password": "x"}})", "appears twice"},
      {R"({"a.example": {"password": hunter2}})", "not valid JSON at line 1"},
      {R"(["hunter2"])", "must be an object with an entry for each host"},
  };
  for (const auto& [content, message] : cases) {
    const auto path = file("credentials", content);
    const auto result = withCredentials(path);
    expectError(result, "extensions.sync.credentialsFile", message);
    EXPECT_NE(result.problems[0].message.find("credentials"), std::string::npos);
    for (const char* held : {"hunter2", "a.example", "not a host", "docker.io"}) {
      EXPECT_EQ(result.problems[0].message.find(held), std::string::npos) << describe(result.problems);
    }
  }
}

TEST(CanonicalHost, MakesOneOfTheSpellings) {
  const std::pair<const char*, const char*> cases[] = {
      {"docker.io", "docker.io"},
      {"index.docker.io", "docker.io"},
      {"https://registry-1.docker.io", "docker.io"},
      {"https://docker.io/library", "docker.io"},
      {"Quay.IO", "quay.io"},
      {"https://a.example:443/x", "a.example"},
      {"http://a.example:443", "a.example:443"},
      {"a.example:5000", "a.example:5000"},
      {"[::1]:5000", "[::1]:5000"},
  };
  for (const auto& [text, host] : cases) EXPECT_EQ(canonicalHost(text), host);
}

}  // namespace
}  // namespace larder::config
