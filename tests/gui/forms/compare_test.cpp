#include "console/forms/compare.hpp"

#include <QtTest>

#include "console/forms/check.hpp"
#include "larder/core/json.hpp"
#include "tests.hpp"

using namespace console::forms;
using Part = Difference::Part;

namespace {

Json json(const char* text) {
  return larder::core::parseOrderedJson(text).value();
}

std::vector<std::string> pathsOf(const std::vector<larder::apitypes::InputError>& errors) {
  std::vector<std::string> paths;
  for (const auto& one : errors) paths.push_back(one.path);
  return paths;
}

const Json kLeft = json(R"({
  "storage": {"rootDirectory": "/a", "gc": true},
  "http": {"port": "5000", "accessControl": {"repositories": {
    "**": {"anonymousPolicy": ["read"]}, "team/app": {"policies": [{"users": ["alice"], "actions": ["read"]}]}}}},
  "extensions": {"sync": {"enable": true, "registries": [
    {"urls": ["https:\/\/docker.io"], "onDemand": true},
    {"urls": ["https:\/\/ghcr.io"], "onDemand": true},
    {"urls": ["https:\/\/ghcr.io"], "pollInterval": "1h"}]}}})");
const Json kRight = json(R"({
  "storage": {"rootDirectory": "/b", "gc": true},
  "http": {"port": "5000", "accessControl": {"repositories": {
    "**": {"anonymousPolicy": []}, "old/app": {"defaultPolicy": ["read"]}}}},
  "extensions": {"sync": {"enable": true, "registries": [
    {"urls": ["https:\/\/ghcr.io"], "pollInterval": "2h"},
    {"urls": ["https:\/\/quay.io"], "onDemand": true},
    {"urls": ["https:\/\/docker.io"], "onDemand": true}]}}})");

const Difference* find(const std::vector<Difference>& all, Part part, const std::string& name) {
  for (const auto& one : all) {
    if (one.part == part && one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace

class CompareTest : public QObject {
  Q_OBJECT

 private slots:
  void saysWhatDiffers() {
    const auto all = differencesOf(ownSchema(), kLeft, kRight);
    QVERIFY(find(all, Part::Setting, "storage.rootDirectory"));
    QVERIFY(!find(all, Part::Setting, "http.port"));
    QVERIFY(find(all, Part::Policy, "**"));
    QVERIFY(!find(all, Part::Policy, "team/app")->right);
    QVERIFY(!find(all, Part::Policy, "old/app")->left);
    // Another order of rules is no difference.
    QVERIFY(!find(all, Part::Rule, "https://docker.io"));
    QVERIFY(find(all, Part::Rule, "https://ghcr.io")->right);
    QVERIFY(!find(all, Part::Rule, "https://quay.io")->left);
    QCOMPARE(all.size(), std::size_t{7});
    QVERIFY(differencesOf(ownSchema(), kLeft, kLeft).empty());
  }

  void makesTheOtherTheSame() {
    const auto all = differencesOf(ownSchema(), kLeft, kRight);
    QVERIFY(differencesOf(ownSchema(), kLeft, copiedToRight(all, kRight)).empty());
    QVERIFY(differencesOf(ownSchema(), copiedToRight(mirrored(all), kLeft), kRight).empty());
  }

  void copiesWhatIsChosenAlone() {
    const auto all = differencesOf(ownSchema(), kLeft, kRight);
    const auto copy =
        copiedToRight({*find(all, Part::Policy, "team/app"), *find(all, Part::Rule, "https://quay.io")}, kRight);
    QCOMPARE(getAt(copy, parsePath("storage.rootDirectory"))->get<std::string>(), "/b");
    QVERIFY(getAt(copy, parsePath(R"(http.accessControl.repositories["team/app"])")));
    const auto& rules = *getAt(copy, parsePath("extensions.sync.registries"));
    QCOMPARE(rules.size(), std::size_t{2});
    // Those that were not chosen stay as they are, and where.
    QVERIFY(rules[0] == kRight["extensions"]["sync"]["registries"][0]);
    QVERIFY(rules[1] == kRight["extensions"]["sync"]["registries"][2]);
  }

  void complainsAboutWhatTheSchemaRefuses() {
    QVERIFY(complaintsOf(ownSchema(), kLeft).empty());
    const auto errors = complaintsOf(ownSchema(), json(R"({
      "storge": {}, "storage": {"rootDirectory": 5}, "LOG": {"Level": "loud"},
      "extensions": {"sync": {"registries": [{"onDemand": "yes", "urls": []}, {}]}}})"));
    const auto paths = pathsOf(errors);
    for (const std::string path :
         {"storge", "storage.rootDirectory", "LOG.Level", "extensions.sync.registries[0].onDemand",
          "extensions.sync.registries[0].urls", "extensions.sync.registries[1].urls"}) {
      QVERIFY2(std::ranges::find(paths, path) != paths.end(), path.c_str());
    }
    QCOMPARE(paths.size(), std::size_t{6});
    QVERIFY(errors.front().message == "Unknown key.");
    QCOMPARE(pathsOf(complaintsOf(ownSchema(), Json::array())), std::vector<std::string>{""});
  }

  void keepsNoSecret() {
    const auto schema = json(R"({"type": "object", "properties": {
      "token": {"type": "string", "x-secret": true}, "url": {"type": "string"},
      "keys": {"type": "array", "items": {"type": "object", "properties": {"key": {"type": "string", "x-secret": true}}}},
      "named": {"type": "object", "additionalProperties": {"type": "string", "x-secret": true}}}})");
    const auto kept = withoutSecrets(schema, json(R"({
      "Token": "hunter2", "url": "https:\/\/x", "keys": [{"key": "hunter2"}, {"key": "hunter2"}],
      "named": {"a": "hunter2", "b": "hunter2"}})"),
                                     json(R"({"token": "********", "keys": [{"key": "********"}],
                                              "named": {"b": "********"}})"));
    QVERIFY(kept.dump().find("hunter2") == std::string::npos);
    QVERIFY(equal(kept, json(R"({"Token": "********", "url": "https:\/\/x", "keys": [{"key": "********"}, {}],
                                 "named": {"b": "********"}})")));
  }
};

std::unique_ptr<QObject> makeCompareTest() {
  return std::make_unique<CompareTest>();
}

#include "compare_test.moc"
