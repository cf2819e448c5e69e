#include "file_scope.hpp"

#include <gtest/gtest.h>

#include <re2/re2.h>

#include <set>

#include "larder/config/editor.hpp"
#include "load_helpers.hpp"
#include "support/temp_directory.hpp"

namespace larder::config {
namespace {

// Every place of the schema that takes a value, with a document that has `value` there alone.
void eachPlace(
    const SchemaNode& node, const std::string& name, const std::function<Json(Json)>& wrap,
    const std::function<void(const SchemaNode&, const std::string&, const std::function<Json(Json)>&)>& visit) {
  visit(node, name, wrap);
  for (const auto& [key, child] : node.properties) {
    eachPlace(
        *child, name.empty() ? key : name + "." + key,
        [&wrap, place = key](Json value) {
          auto object = Json::object();
          object[place] = std::move(value);
          return wrap(std::move(object));
        },
        visit);
  }
  if (node.items) {
    eachPlace(*node.items, name + "[]", [&wrap](Json value) { return wrap(Json::array({std::move(value)})); }, visit);
  }
  if (node.additional && node.hasDataNames()) {
    eachPlace(
        *node.additional, name + "{}",
        [&wrap](Json value) {
          auto object = Json::object();
          object["/name"] = std::move(value);
          return wrap(std::move(object));
        },
        visit);
  }
}

class FileScopeTest : public testing::Test {
 protected:
  FileScopeTest() {
    for (const char* name : {"etc/tls", "etc/certs.d", "var/log", "data", "listed", "else", "tokens"}) {
      std::filesystem::create_directories(at(name));
    }
    for (const char* name : {"etc/tls/tls.key", "etc/htpasswd", "else/shadow", "tokens/jwt", "config.json"}) {
      writeFile(at(name), "x");
    }
    const auto path = [this](const char* name) { return at(name).string(); };
    base_["storage"]["rootDirectory"] = path("data");
    base_["http"]["auth"]["htpasswd"]["path"] = path("etc/htpasswd");
    base_["http"]["tls"]["key"] = path("etc/tls/tls.key");
    base_["log"]["audit"] = path("var/log/audit.log");
    base_["extensions"]["sync"]["registries"] =
        Json::array({rule("https://r.example", "https://idp.example/token", "tokens/jwt")});
    base_["larder"]["management"]["fileDirectories"] = Json::array({path("listed")});
  }

  std::filesystem::path at(const std::string& name) const { return directory_.path() / name; }
  Json rule(const char* url, const char* tokenUrl, const char* assertion) const {
    Json made;
    made["urls"] = Json::array({url});
    made["credentialHelper"] = "oauth2";
    made["oauth2CredentialHelper"] = {{"tokenURL", tokenUrl}, {"assertionFile", at(assertion).string()}};
    return made;
  }
  FileScope scope() const { return {configSchema(), at("config.json"), base_, base_}; }
  bool may(const Json& document) const { return scope().check(document).empty(); }

  bool mayAudit(const std::string& path) const { return may({{"log", {{"audit", path}}}}); }
  bool mayRead(const std::string& path) const { return may({{"http", {{"auth", {{"htpasswd", {{"path", path}}}}}}}}); }
  bool maySend(const Json& rule) const {
    Json document;
    document["extensions"]["sync"]["registries"] = Json::array({rule});
    return may(document);
  }

  test::TempDirectory directory_;
  Json base_;
};

TEST_F(FileScopeTest, HasEveryPathOfTheSchema) {
  std::set<std::string> seen;
  eachPlace(
      configSchema(), "", [](Json value) { return value; },
      [&](const SchemaNode& node, const std::string& name, const auto& wrap) {
        if (node.format != ValueFormat::Path || node.pathUse == PathUse::Listed) return;
        seen.insert(name);
        for (const char* path : {"/etc/shadow", "else/shadow", "/proc/self/environ", "../else/shadow", "/"}) {
          const auto problems = scope().check(wrap(path));
          ASSERT_EQ(problems.size(), 1u) << name << " " << path;
          EXPECT_EQ(problems[0].message.find("shadow"), std::string::npos);
        }
        // However it is written.
        EXPECT_FALSE(may(wrap(at("else/shadow").string()))) << name;
        if (node.kinds == static_cast<std::uint8_t>(Kind::String)) EXPECT_FALSE(may(wrap(17))) << name;
      });
  EXPECT_TRUE(seen.contains("extensions.sync.registries[].oauth2CredentialHelper.assertionFile"));
  EXPECT_TRUE(seen.contains("storage.subPaths{}.rootDirectory"));
  EXPECT_GT(seen.size(), 25u);
}

// A key that means a file and does not say so would escape.
TEST_F(FileScopeTest, MissesNoKeyThatIsNamedLikeAPath) {
  const RE2 named(
      "(?i).*(file|dir|directory|directories|path|keypath|cacert|\\.cert|\\.key|cacert|capath|socket)(\\[\\])?$");
  // Addresses of the HTTP API, prefixes of names, and objects that hold keys.
  const std::set<std::string> others{"extensions.metrics.prometheus.path", "storage.storageDriver.rootdirectory",
                                     "storage.subPaths{}.storageDriver.rootdirectory",
                                     "larder.management.fileDirectories"};
  eachPlace(
      configSchema(), "", [](Json value) { return value; },
      [&](const SchemaNode& node, const std::string& name, const auto&) {
        if (node.allows(Kind::Object) || !RE2::FullMatch(name, named) || others.contains(name)) return;
        EXPECT_EQ(node.format, ValueFormat::Path) << name;
      });
}

TEST_F(FileScopeTest, OpensWhatTheFileUsesAndLists) {
  EXPECT_TRUE(mayRead(at("etc/other").string()));
  EXPECT_TRUE(mayRead(at("etc/tls/tls.crt").string()));
  EXPECT_TRUE(mayRead(at("etc/new/deeper/file").string()));
  EXPECT_TRUE(mayRead(at("listed/htpasswd").string()));
  EXPECT_TRUE(mayAudit(at("var/log/audit.log").string()));
  EXPECT_TRUE(mayAudit(at("listed/audit.log").string()));
  EXPECT_TRUE(mayAudit("/dev/stdout"));
  EXPECT_TRUE(may({{"storage", {{"rootDirectory", at("listed/data").string()}}}}));
  EXPECT_TRUE(may(base_));
}

TEST_F(FileScopeTest, OpensNothingElse) {
  for (const char* path : {"else/shadow", "else/missing", "data/blobs/x", "data/_larder/meta.db", "config.json",
                           "etcetera/file", "var/log/audit.log", ".", "etc/../else/shadow", "etc/../etc/htpasswd"}) {
    EXPECT_FALSE(mayRead(at(path).string())) << path;
  }
  // A log may be read back, and writes over what is there.
  EXPECT_FALSE(mayAudit(at("etc/htpasswd").string()));
  EXPECT_FALSE(mayAudit(at("etc/audit.log").string()));
  EXPECT_FALSE(mayAudit(at("var/log/other.log").string())) << "a file beside a log is somebody's";
  writeFile(at("listed/theirs"), "x");
  EXPECT_FALSE(mayAudit(at("listed/theirs").string())) << "it would be written over";
  EXPECT_FALSE(mayAudit("/dev/stdin"));
  EXPECT_FALSE(mayRead("/dev/stdout"));
  EXPECT_FALSE(may({{"storage", {{"rootDirectory", at("etc/data").string()}}}}));
  EXPECT_FALSE(may({{"STORAGE", {{"RootDirectory", at("else").string()}}}})) << "case does not count";
}

TEST_F(FileScopeTest, FollowsLinks) {
  std::filesystem::create_symlink(at("else"), at("etc/away"));
  std::filesystem::create_symlink(at("else/missing"), at("etc/dangling"));
  std::filesystem::create_symlink(at("etc/htpasswd"), at("etc/beside"));
  EXPECT_FALSE(mayRead(at("etc/away/shadow").string()));
  EXPECT_FALSE(mayRead(at("etc/away/missing").string()));
  EXPECT_FALSE(mayRead(at("etc/dangling").string()));
  EXPECT_TRUE(mayRead(at("etc/beside").string()));
  // A link of the file's own opens where it leads.
  std::filesystem::create_directories(at("real"));
  std::filesystem::create_directory_symlink(at("real"), at("linked"));
  base_["http"]["tls"]["cert"] = at("linked/tls.crt").string();
  EXPECT_TRUE(mayRead(at("linked/other").string()));
  EXPECT_TRUE(mayRead(at("real/other").string()));
}

TEST_F(FileScopeTest, OpensNoWholeSystemForOneFile) {
  base_["http"]["tls"]["cert"] = "/etc/larder.crt";
  EXPECT_TRUE(mayRead("/etc/larder.crt"));
  EXPECT_FALSE(mayRead("/etc/shadow"));
  base_["larder"]["management"]["fileDirectories"] = Json::array({"/etc"});
  base_["log"]["output"] = "/dev/pts/0";
  EXPECT_FALSE(mayAudit("/dev/pts/1"));
  EXPECT_TRUE(mayRead("/etc/shadow")) << "that is what the file says";
}

TEST_F(FileScopeTest, SendsFilesOnlyWhereTheyGoAlready) {
  EXPECT_TRUE(maySend(rule("https://r.example", "https://idp.example/other", "tokens/jwt")));
  EXPECT_FALSE(maySend(rule("https://r.example", "https://evil.example/token", "tokens/jwt")));
  EXPECT_FALSE(maySend(rule("https://r.example", "https://idp.example:8443/token", "tokens/jwt")));
  EXPECT_FALSE(maySend(rule("https://r.example", "http://idp.example/token", "tokens/jwt")));
  EXPECT_FALSE(maySend(rule("https://evil.example", "https://idp.example/token", "tokens/jwt")));
  EXPECT_FALSE(maySend(rule("https://new.example", "https://new.example/token", "tokens/new"))) << "a sibling";
  EXPECT_FALSE(maySend(rule("https://r.example", "https://idp.example/token", "tokens/new")));
  EXPECT_TRUE(maySend(rule("https://new.example", "https://new.example/token", "listed/new")));
  EXPECT_FALSE(maySend(rule("https://new.example", "https://new.example/token", "etc/other")))
      << "none are sent of there";
  EXPECT_FALSE(maySend(rule("https://new.example", "https://new.example/token", "etc/tls/tls.key")));
  base_["larder"]["management"]["fileDirectories"] = Json::array({at("etc").string()});
  EXPECT_TRUE(maySend(rule("https://new.example", "https://new.example/token", "etc/other")));
  EXPECT_FALSE(maySend(rule("https://new.example", "https://new.example/token", "etc/tls/tls.key"))) << "it is a key's";
  std::filesystem::create_symlink(at("etc/tls/tls.key"), at("etc/link"));
  EXPECT_FALSE(maySend(rule("https://new.example", "https://new.example/token", "etc/link")));
}

TEST_F(FileScopeTest, GoesBackToALogOfAnEarlierText) {
  auto earlier = base_;
  earlier["log"]["audit"] = at("var/log/before.log").string();
  writeFile(at("var/log/before.log"), "x");
  auto scope = this->scope();
  EXPECT_FALSE(scope.check(earlier).empty());
  scope.open(earlier);
  EXPECT_TRUE(scope.check(earlier).empty());
}

TEST(FileOnly, IsTakenFromTheFile) {
  const Json file{{"larder", {{"management", {{"fileDirectories", {"/a"}}}}}}};
  auto edited = file;
  EXPECT_TRUE(keepFileOnly(configSchema(), file, edited).empty());
  Json wider{{"LARDER", {{"management", {{"filedirectories", {"/"}}, {"readOnly", true}}}}}};
  ASSERT_EQ(keepFileOnly(configSchema(), file, wider).size(), 1u);
  EXPECT_EQ(wider["LARDER"]["management"]["fileDirectories"], Json({"/a"}));
  EXPECT_FALSE(wider["LARDER"]["management"].contains("filedirectories"));
  EXPECT_EQ(wider["LARDER"]["management"]["readOnly"], true);
  auto none = Json::object();
  EXPECT_EQ(keepFileOnly(configSchema(), file, none).size(), 1u);
  EXPECT_EQ(none, file);
  auto dropped = file;
  EXPECT_EQ(keepFileOnly(configSchema(), Json::object(), dropped).size(), 1u);
  EXPECT_EQ(dropped, Json({{"larder", {{"management", Json::object()}}}}));
}

}  // namespace
}  // namespace larder::config
