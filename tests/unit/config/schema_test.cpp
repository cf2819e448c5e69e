// The schema itself: everyone who builds forms and pages from it relies on this.
#include "schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "formats.hpp"
#include "larder/config/load.hpp"

namespace larder::config {
namespace {

// Calls `visit(path, node, resolvedStatus)` for each property.
template <class Visit>
void walk(const Json& root, const Json& given, const std::string& path, std::string status, Visit visit) {
  const auto* reference = member(&given, "$ref");
  const auto& node = reference ? root.at("definitions").at(reference->get<std::string>().substr(14)) : given;
  if (const auto* own = member(&node, "x-status")) status = own->get<std::string>();
  visit(path, node, status);
  if (const auto* properties = member(&node, "properties")) {
    for (auto it = properties->begin(); it != properties->end(); ++it) {
      walk(root, it.value(), path + "." + it.key(), status, visit);
    }
  }
  if (const auto* items = member(&node, "items"); items && items->contains("title")) {
    walk(root, *items, path + "[]", status, visit);
  }
  if (const auto* more = member(&node, "additionalProperties"); more && more->is_object() && more->contains("title")) {
    walk(root, *more, path + "{}", status, visit);
  }
}

const Json& schema() {
  static const Json kSchema = Json::parse(schemaText());
  return kSchema;
}

TEST(Schema, ExplainsEveryKey) {
  std::size_t keys = 0;
  walk(schema(), schema(), "", "", [&](const std::string& path, const Json& node, const std::string& status) {
    ++keys;
    EXPECT_TRUE(node.contains("title") && node.contains("description")) << path;
    EXPECT_TRUE(status == "honoured" || status == "accepted") << path;
    if (const auto* description = member(&node, "description"); description && !path.empty()) {
      EXPECT_TRUE(description->get<std::string>().ends_with('.')) << path;
    }
    EXPECT_EQ(member(&node, "x-status") != nullptr && node["x-status"] == "accepted", node.contains("x-warning"))
        << path;
  });
  EXPECT_GT(keys, 250u);
}

TEST(Schema, SaysForEveryObjectWhichKeysItHas) {
  walk(schema(), schema(), "", "", [](const std::string& path, const Json& node, const std::string&) {
    if (node["type"] == "object") EXPECT_TRUE(node.contains("additionalProperties")) << path;
    if (node["type"] == "array") EXPECT_TRUE(node.contains("items")) << path;
  });
}

TEST(Schema, HasDefaultsThatItTakesItself) {
  // parseSchema() throws for a default in a wrong form; a document of all defaults must load.
  EXPECT_NO_THROW(parseSchema(schemaText()));
  const auto first = loadText("{}");
  ASSERT_TRUE(first.config);
  EXPECT_TRUE(loadText(first.config->document).config);
}

TEST(Schema, KnowsTheKeysThatTheFileMayHave) {
  const auto root = parseSchema(schemaText());
  for (const auto* name : {"rootDirectory", "manifestCheckInterval", "maxBytes", "uriSanPattern", "subjectTokenType",
                           "sbom", "hashKey", "awsSecretsManager", "detectManifestCollision"}) {
    const bool isKey = std::string_view(name) != "detectManifestCollision";
    EXPECT_EQ(placesOf(*root, name).empty(), !isKey) << name;
  }
}

TEST(Schema, MarksWhatIsSecret) {
  std::set<std::string> secret;
  walk(schema(), schema(), "", "", [&](const std::string& path, const Json& node, const std::string&) {
    if (node.value("x-secret", false)) secret.insert(path);
  });
  for (const auto* path : {".storage.storageDriver.accesskey", ".storage.storageDriver.secretkey", ".cluster.hashKey",
                           ".storage.cacheDriver.url", ".http.auth.openid.providers{}.clientSecret",
                           ".extensions.events.sinks[].credentials.password"}) {
    EXPECT_TRUE(secret.contains(path)) << path;
  }
  // A driver's parameters that nobody knows may be secrets.
  EXPECT_TRUE(schema()["definitions"]["storageDriver"]["additionalProperties"]["x-secret"].get<bool>());
}

TEST(Schema, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(parseSchema(R"({"type": "object", "oneOf": []})"), std::runtime_error);
  EXPECT_THROW(parseSchema(R"({"type": "text"})"), std::runtime_error);
  EXPECT_THROW(parseSchema(R"({"type": "string", "format": "email"})"), std::runtime_error);
  EXPECT_THROW(parseSchema(R"({"type": "string", "format": "duration", "default": "5"})"), std::runtime_error);
}

}  // namespace
}  // namespace larder::config
