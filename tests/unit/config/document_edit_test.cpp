#include "document_edit.hpp"

#include <gtest/gtest.h>

namespace larder::config {
namespace {

class DocumentEdit : public testing::Test {
 protected:
  Json patched(Json document, const Json& patch) const {
    mergePatch(schema_.get(), document, patch);
    return document;
  }
  const SchemaPtr schema_ = parseSchema(schemaText());
};

TEST_F(DocumentEdit, PatchMeetsTheSpellingOfTheFile) {
  auto document = Json::parse(R"({"HTTP": {"Realm": "a", "port": 1}, "log": {}})");
  auto result = patched(document, Json::parse(R"({"http": {"realm": "b", "PORT": null}})"));
  EXPECT_EQ(result.dump(), R"({"HTTP":{"Realm":"b"},"log":{}})");
}

TEST_F(DocumentEdit, NamesThatAreDataAreTakenAsTheyAre) {
  auto document = Json::parse(R"({"http": {"accessControl": {"groups": {"Ops": {"users": ["a"]}}}}})");
  auto result = patched(document, Json::parse(R"({"http": {"accessControl": {"groups": {"ops": {"users": []}}}}})"));
  EXPECT_EQ(result["http"]["accessControl"]["groups"].size(), 2U);
}

TEST_F(DocumentEdit, PatchDropsNullsOfNewObjects) {
  EXPECT_EQ(patched(Json::object(), Json::parse(R"({"log": {"level": "info", "audit": null}})")).dump(),
            R"({"log":{"level":"info"}})");
}

TEST_F(DocumentEdit, PatchBetweenMakesOneOfTheOther) {
  auto from = Json::parse(R"({"a": {"x": 1, "y": 2}, "b": [1], "c": 3, "d": {"z": 1}})");
  auto to = Json::parse(R"({"a": {"x": 1, "y": 5}, "b": [1, 2], "d": {"z": 1}, "e": {"n": true}})");
  auto patch = patchBetween(from, to);
  EXPECT_EQ(patch.dump(), R"({"a":{"y":5},"b":[1,2],"e":{"n":true},"c":null})");
  auto result = from;
  mergePatch(nullptr, result, patch);
  EXPECT_EQ(result, to);
  EXPECT_TRUE(patchBetween(to, to).empty());
}

TEST_F(DocumentEdit, DifferencesNameLeavesAndElementsAndHideSecrets) {
  auto before = Json::parse(R"({"log": {"level": "info"}, "cluster": {"hashKey": "one"},
    "extensions": {"sync": {"registries": [{"urls": ["https://a"]}, {"urls": ["https://b"]}]}}})");
  auto after = before;
  after["log"] = {{"level", "warn"}, {"audit", "/x"}};
  after["cluster"]["hashKey"] = "two";
  after["extensions"]["sync"]["registries"][1]["onDemand"] = true;
  auto found = differences(*schema_, before, after, 100);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].path, "log.level");
  EXPECT_EQ(found[1].path, "log.audit");
  EXPECT_TRUE(found[1].before.is_null());
  EXPECT_EQ(found[2].path, "cluster.hashKey");
  EXPECT_EQ(found[2].after, kSecret);
  EXPECT_EQ(found[3].path, "extensions.sync.registries[1].onDemand");
  EXPECT_EQ(differences(*schema_, before, after, 2).size(), 2U);
}

TEST_F(DocumentEdit, SecretsAreHiddenAndCounted) {
  auto document = Json::parse(R"({"cluster": {"members": ["a"], "hashKey": "k"},
    "storage": {"storageDriver": {"name": "s3", "secretkey": "s", "unheardOf": "maybe"}}, "mistyped": "secret?"})");
  auto shown = withoutSecrets(schema_.get(), document);
  EXPECT_EQ(shown["cluster"]["hashKey"], kSecret);
  EXPECT_EQ(shown["storage"]["storageDriver"]["name"], "s3");
  EXPECT_EQ(shown["storage"]["storageDriver"]["secretkey"], kSecret);
  EXPECT_EQ(shown["storage"]["storageDriver"]["unheardOf"], kSecret);
  EXPECT_EQ(shown["mistyped"], kSecret);
  EXPECT_EQ(secretPaths(*schema_, document).front(), "cluster.hashKey");
}

class RestoredSecrets : public DocumentEdit {
 protected:
  static Json sinks(const std::vector<std::pair<std::string, std::string>>& list) {
    auto document = Json::object();
    auto& registered = document["extensions"]["events"]["sinks"] = Json::array();
    for (const auto& [address, password] : list) {
      registered.push_back({{"address", address}, {"credentials", {{"username", "u"}, {"password", password}}}});
    }
    return document;
  }
  static std::string passwordOf(const Json& document, std::size_t sink) {
    return document["extensions"]["events"]["sinks"][sink]["credentials"]["password"];
  }
};

TEST_F(RestoredSecrets, StayWithTheElementThatTheyBelongTo) {
  auto current = sinks({{"a", "one"}, {"b", "two"}, {"c", "three"}});
  auto edited = withoutSecrets(schema_.get(), current);
  edited["extensions"]["events"]["sinks"].erase(0);
  ASSERT_TRUE(restoreSecrets(*schema_, edited, current).empty());
  EXPECT_EQ(passwordOf(edited, 0), "two");
  EXPECT_EQ(passwordOf(edited, 1), "three");
}

TEST_F(RestoredSecrets, StayWithTheAddressWhereElementsAreMovedAndEdited) {
  auto current = sinks({{"a", "one"}, {"b", "two"}, {"c", "three"}});
  auto shown = withoutSecrets(schema_.get(), current);
  auto& list = shown["extensions"]["events"]["sinks"];
  auto edited = shown;
  edited["extensions"]["events"]["sinks"] = {list[2], list[0], list[1]};
  edited["extensions"]["events"]["sinks"][1]["timeout"] = "5s";
  edited["extensions"]["events"]["sinks"][2]["timeout"] = "6s";
  ASSERT_TRUE(restoreSecrets(*schema_, edited, current).empty());
  EXPECT_EQ(passwordOf(edited, 0), "three");
  EXPECT_EQ(passwordOf(edited, 1), "one");
  EXPECT_EQ(passwordOf(edited, 2), "two");
}

TEST_F(RestoredSecrets, StayWhereAnElementIsAddedAndAnotherEdited) {
  auto current = sinks({{"a", "one"}, {"b", "two"}});
  auto edited = withoutSecrets(schema_.get(), current);
  edited["extensions"]["events"]["sinks"][0]["timeout"] = "5s";
  edited["extensions"]["events"]["sinks"].push_back({{"address", "c"}});
  ASSERT_TRUE(restoreSecrets(*schema_, edited, current).empty());
  EXPECT_EQ(passwordOf(edited, 0), "one");
}

TEST_F(RestoredSecrets, AreAskedForWhereTheAddressIsAnother) {
  auto current = sinks({{"a", "one"}, {"b", "two"}});
  auto edited = withoutSecrets(schema_.get(), current);
  edited["extensions"]["events"]["sinks"][1]["address"] = "elsewhere";
  auto problems = restoreSecrets(*schema_, edited, current);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "extensions.events.sinks[1].credentials.password");
}

TEST_F(RestoredSecrets, AreAskedForWhereTwoHaveOneAddress) {
  auto current = sinks({{"a", "one"}, {"a", "two"}});
  auto edited = withoutSecrets(schema_.get(), current);
  edited["extensions"]["events"]["sinks"][0]["timeout"] = "5s";
  edited["extensions"]["events"]["sinks"][1]["timeout"] = "6s";
  EXPECT_EQ(restoreSecrets(*schema_, edited, current).size(), 2U);
}

TEST_F(RestoredSecrets, AreAskedForWhereNobodyKnowsWhoseTheyAre) {
  auto current = sinks({{"a", "one"}});
  auto edited = sinks({{"a", "one"}, {"new", std::string(kSecret)}});
  auto problems = restoreSecrets(*schema_, edited, current);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "extensions.events.sinks[1].credentials.password");
}

TEST_F(RestoredSecrets, AreAskedForWhereTheAddressBesideThemIsAnother) {
  auto current = Json::parse(R"({"storage": {"storageDriver": {"name": "s3", "regionendpoint": "https://s3.example",
      "accesskey": "a", "secretkey": "s", "unheardOf": "maybe", "bucket": "one"}},
    "http": {"auth": {"openid": {"providers": {"oidc": {"issuer": "https://idp.example", "clientSecret": "c"}}},
      "sessionDriver": {"name": "redis", "url": "redis://u:p@db", "password": "p"}}}})");
  auto shown = withoutSecrets(schema_.get(), current);
  auto edited = shown;
  edited["storage"]["storageDriver"]["bucket"] = "two";
  ASSERT_TRUE(restoreSecrets(*schema_, edited, current).empty());
  EXPECT_EQ(edited["storage"]["storageDriver"]["secretkey"], "s");
  EXPECT_EQ(edited["http"]["auth"]["sessionDriver"]["url"], "redis://u:p@db");

  edited = shown;
  edited["storage"]["storageDriver"]["RegionEndpoint"] = "https://elsewhere.example";
  edited["storage"]["storageDriver"].erase("regionendpoint");
  edited["storage"]["storageDriver"]["accesskey"] = "written anew";
  edited["http"]["auth"]["openid"]["providers"]["oidc"]["tokenURL"] = "https://elsewhere.example";
  edited["http"]["auth"]["sessionDriver"]["url"] = "redis://elsewhere";
  std::vector<std::string> asked;
  for (const auto& problem : restoreSecrets(*schema_, edited, current)) asked.push_back(problem.path);
  std::ranges::sort(asked);
  EXPECT_EQ(asked, (std::vector<std::string>{"http.auth.openid.providers[\"oidc\"].clientSecret",
                                             "http.auth.sessionDriver.password", "storage.storageDriver.secretkey",
                                             "storage.storageDriver.unheardOf"}));
}

}  // namespace
}  // namespace larder::config
