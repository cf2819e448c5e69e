#include "console/forms/schema_form.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

#include "larder/core/json.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using namespace console::forms;

namespace {

Json schemaOfTheConfiguration() {
  QFile file(LARDER_SOURCE_DIR "/resources/config.schema.json");
  if (!file.open(QIODevice::ReadOnly)) qFatal("no schema");
  return resolveReferences(
      larder::core::parseOrderedJson(file.readAll().toStdString(), larder::core::kOwnJson).value());
}

}  // namespace

class SchemaFormTest : public QObject {
  Q_OBJECT

 private slots:
  void editsARule() {
    const auto schema = schemaAt(schemaOfTheConfiguration(), parsePath("extensions.sync.registries[0]"));
    SchemaForm form(schema);
    form.setFirst({"urls", "onDemand", "content"});
    form.setValue({{"urls", {"https://ghcr.io"}}, {"onDemand", true}, {"content", Json::array({{{"prefix", "**"}}})}});
    QSignalSpy edited(&form, &SchemaForm::edited);
    auto* urls = form.findChild<QPlainTextEdit*>("urls");
    QVERIFY(urls);
    QCOMPARE(urls->toPlainText(), QString("https://ghcr.io"));
    urls->setPlainText("https://quay.io\nhttps://ghcr.io");
    QCOMPARE(edited.count(), 1);
    QVERIFY(form.value()["urls"] == Json::array({"https://quay.io", "https://ghcr.io"}));
    auto* onDemand = form.findChild<QCheckBox*>("onDemand");
    QVERIFY(onDemand && onDemand->isChecked());
    onDemand->click();
    QVERIFY(form.value()["onDemand"] == false);
    auto* prefix = form.findChild<QLineEdit*>("content[0].prefix");
    QVERIFY(prefix);
    QTest::keyClicks(prefix, "x");
    QVERIFY(form.value()["content"][0]["prefix"] == "**x");
  }

  void addsAndRemovesEntries() {
    const auto schema = schemaAt(schemaOfTheConfiguration(), parsePath("extensions.sync.registries[0]"));
    SchemaForm form(schema);
    form.setFirst({"content"});
    form.setValue({{"content", Json::array({{{"prefix", "a"}}})}});
    const auto press = [&form](const QString& words) {
      for (auto* button : form.findChildren<QPushButton*>()) {
        if (button->text().startsWith(words)) return button->click();
      }
      QFAIL("no such button");
    };
    press("Add to");
    QCOMPARE(form.value()["content"].size(), std::size_t{2});
    QTRY_VERIFY(form.findChild<QLineEdit*>("content[1].prefix"));
    press("Remove a");
    QCOMPARE(form.value()["content"].size(), std::size_t{1});
    QTRY_VERIFY(!form.findChild<QLineEdit*>("content[1].prefix"));
  }

  void showsErrorsBesideTheirFields() {
    const Json schema = {{"type", "object"}, {"properties", {{"port", {{"type", "integer"}, {"title", "Port"}}}}}};
    SchemaForm form(schema);
    form.setValue({{"port", 70000}});
    form.setErrors({{"port", "must be at most 65535"}});
    QStringList said;
    for (auto* label : form.findChildren<QLabel*>()) {
      if (!label->isHidden()) said << label->text();
    }
    QVERIFY(said.contains("must be at most 65535"));
  }

  // Every setting of the real schema opens, with any value in it.
  void takesTheWholeSchemaAndForeignValues() {
    const auto schema = schemaOfTheConfiguration();
    SchemaForm form(schema);
    for (const Json& value : {Json::object(), Json{{"http", 7}, {"storage", Json::array()}, {"extensions", "x"}},
                              Json{{"extensions", {{"sync", {{"registries", {1, "two", nullptr, {{"urls", 5}}}}}}}}}}) {
      form.setValue(value);
      for (int round = 0; round < 6; ++round) {
        for (auto* toggle : form.findChildren<QToolButton*>()) {
          if (!toggle->isChecked()) toggle->click();
        }
      }
      QVERIFY(equal(form.value(), value));
    }
  }

  void changesNothingWhenReadOnly() {
    const Json schema = {{"type", "object"}, {"properties", {{"port", {{"type", "integer"}}}}}};
    SchemaForm form(schema);
    form.setReadOnly(true);
    QVERIFY(!form.findChild<QLineEdit*>("port")->isEnabled());
  }
};

std::unique_ptr<QObject> makeSchemaFormTest() {
  return std::make_unique<SchemaFormTest>();
}

#include "schema_form_test.moc"
