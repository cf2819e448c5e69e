// What both faces have to do alike; vitest runs the same cases (web/tests/faces.test.ts).
#include <QtTest>

#include "console/forms/schema.hpp"
#include "support/faces.hpp"
#include "tests.hpp"

using namespace console::forms;

namespace {

QByteArray shown(const Json& json) {
  return QByteArray::fromStdString(json.dump());
}

Path pathOf(const Json& json) {
  Path path;
  for (const auto& key : json) {
    if (key.is_number()) {
      path.emplace_back(key.get<std::size_t>());
    } else {
      path.emplace_back(key.get<std::string>());
    }
  }
  return path;
}

std::optional<Json> member(const Json& json, const char* name) {
  return json.contains(name) ? std::optional<Json>(json[name]) : std::nullopt;
}

}  // namespace

class FacesTest : public QObject {
  Q_OBJECT

 private slots:
  void knowsHowToEdit() {
    for (const auto& one : console::test::readFace("forms.json")) {
      const auto& schema = one["schema"];
      QVERIFY2(wordOf(kindOf(schema)) == one["kind"].get<std::string>(), shown(one));
      QVERIFY2(equal(emptyValue(schema), one["empty"]), shown(one));
      Json badges = Json::array();
      for (const auto& badge : badgesOf(schema)) badges.push_back(badge);
      QVERIFY2(badges == member(one, "badges").value_or(Json::array()), shown(one));
      for (const auto& edit : one["edits"]) {
        QVERIFY2(valueOfText(schema, edit["typed"].get<std::string>()) == member(edit, "value"), shown(edit));
      }
      for (const auto& edit : member(one, "lines").value_or(Json::array())) {
        QVERIFY2(valueOfLines(schema, edit["typed"].get<std::string>()) == member(edit, "value"), shown(edit));
      }
    }
  }

  void writesAndReadsPaths() {
    const auto cases = console::test::readFace("values.json");
    for (const auto& one : cases["paths"]) {
      const auto path = one["text"].get<std::string>();
      QVERIFY2(pathText(pathOf(one["path"])) == path, shown(one));
      QVERIFY2(parsePath(path) == pathOf(one["path"]), shown(one));
    }
    for (const auto& one : cases["read"]) {
      QVERIFY2(parsePath(one["text"].get<std::string>()) == pathOf(one["path"]), shown(one));
    }
  }

  void editsValues() {
    const auto cases = console::test::readFace("values.json");
    for (const auto& one : cases["edits"]) {
      const auto after = setAt(one["of"], pathOf(one["at"]), member(one, "to"));
      QVERIFY2(equal(after, one["is"]), shown(one));
      QVERIFY2(equal(mergePatch(one["of"], after), one["patch"]), shown(one));
    }
    for (const auto& one : cases["tidy"]) QVERIFY2(equal(tidy(one["of"]), one["is"]), shown(one));
  }
};

std::unique_ptr<QObject> makeFacesTest() {
  return std::make_unique<FacesTest>();
}

#include "faces_test.moc"
