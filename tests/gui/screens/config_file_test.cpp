// A config.json without a daemon.
#include "console/screens/config_file.hpp"

#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "bench.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using namespace console;
using screens::ConfigFile;

namespace {

const QByteArray kContent = R"({"storage": {"rootDirectory": "/data"}, "log": {"level": "info"}})";

}  // namespace

class ConfigFileTest : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    directory_ = std::make_unique<QTemporaryDir>();
    path_ = directory_->filePath("config.json");
    write(kContent);
  }
  void cleanup() { delete file_; }

  void editsAndSaves() {
    auto* file = open();
    QVERIFY(file->unsaved().isEmpty());
    auto value = file->value();
    value["storage"]["rootDirectory"] = "/elsewhere";
    file->replace(value);
    QCOMPARE(file->unsaved(), path_);
    QSignalSpy saved(file, &ConfigFile::saved);
    test::button(file, "Save")->click();
    QTRY_COMPARE(saved.count(), 1);
    QVERIFY(file->unsaved().isEmpty());
    QVERIFY(read().contains(R"("rootDirectory": "/elsewhere")"));
    // In the order that it had.
    QVERIFY(read().indexOf("storage") < read().indexOf("log"));
  }

  void marksWhatTheSchemaRefuses() {
    auto* file = open();
    auto value = file->value();
    value["storage"]["rootDirectory"] = 5;
    value["lgo"] = forms::Json::object();
    file->replace(value);
    QTRY_VERIFY(test::says(file, "storage.rootDirectory This must be a text."));
    QVERIFY(test::says(file, "lgo Unknown key."));
    // It may be saved nevertheless: it is the user's file.
    QVERIFY(test::button(file, "Save")->isEnabled());
  }

  void saysWhatIsNoConfiguration_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("said");
    QTest::newRow("no JSON") << QByteArray("{\"a\": ") << "config.json";
    QTest::newRow("twice") << QByteArray(R"({"a": 1, "a": 2})") << "config.json";
    QTest::newRow("a list") << QByteArray("[]") << "a configuration is a JSON object";
    QTest::newRow("long") << QByteArray(5 * 1024 * 1024, ' ') << "longer than 4 MiB";
  }
  void saysWhatIsNoConfiguration() {
    QFETCH(QByteArray, content);
    QFETCH(QString, said);
    write(content);
    ConfigFile file;
    file.setAttribute(Qt::WA_DeleteOnClose, false);
    file.show();
    file.open(path_);
    QTRY_VERIFY(test::says(&file, said));
    QVERIFY(!file.isOpen());
    QVERIFY(!test::button(&file, "Save")->isEnabled());
    file.open(directory_->filePath("none.json"));
    QTRY_VERIFY(test::says(&file, "cannot be read"));
  }

  void offersItToAServer() {
    auto* file = open();
    file->setServers({"one", "two"});
    QSignalSpy offered(file, &ConfigFile::offered);
    const auto actions = qobject_cast<QPushButton*>(test::button(file, "Push to a server"))->menu()->actions();
    QCOMPARE(actions.size(), 2);
    actions[1]->trigger();
    QCOMPARE(offered.count(), 1);
    QCOMPARE(offered.front().front().toString(), QStringLiteral("two"));
  }

  void asksBeforeItLosesAnything() {
    auto* file = open();
    auto value = file->value();
    value["log"]["level"] = "debug";
    file->replace(value);
    file->close();
    QVERIFY(file->isVisible());
    QTRY_VERIFY(test::dialog(file));
    test::button(test::dialog(file), "Leave")->click();
    QTRY_VERIFY(!file_);
    QCOMPARE(read(), kContent);
  }

 private:
  ConfigFile* open() {
    file_ = new ConfigFile;
    file_->show();
    QSignalSpy opened(file_, &ConfigFile::opened);
    file_->open(path_);
    if (!opened.wait(console::test::kPatienceMs)) qFatal("not opened");
    return file_;
  }
  void write(const QByteArray& content) const {
    QFile file(path_);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("not written");
  }
  QByteArray read() const {
    QFile file(path_);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

  QPointer<ConfigFile> file_;  // it is gone once it was closed
  std::unique_ptr<QTemporaryDir> directory_;
  QString path_;
};

std::unique_ptr<QObject> makeConfigFileTest() {
  return std::make_unique<ConfigFileTest>();
}

#include "config_file_test.moc"
