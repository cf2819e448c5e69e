// Files and servers beside each other: compared, copied, dropped on the window, pushed to a server.
#include "documents.hpp"

#include <QAction>
#include <QComboBox>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "console/app/main_window.hpp"
#include "console/widgets/table_view.hpp"
#include "support/patience.hpp"
#include "support/scripted_server.hpp"
#include "tests.hpp"

using namespace console;
using screens::ConfigFile;

namespace {

const QByteArray kOne = R"({"log": {"level": "debug"}, "extensions": {"sync": {"registries": [
  {"urls": ["https:\/\/ghcr.io"], "onDemand": true}]}}})";
const QByteArray kOther = R"({"log": {"level": "info"}})";

QAction* actionOf(const QWidget& in, const QString& text) {
  for (auto* one : in.findChildren<QAction*>()) {
    if (one->text() == text) return one;
  }
  return nullptr;
}

// A daemon whose configuration can be read and changed.
test::ScriptedReply daemonSays(const test::ScriptedRequest& request) {
  const auto path = request.path();
  if (path == "/api/v1/session") {
    return {.body = R"({"user":"alice","groups":[],"admin":true,"mayRead":true,"mayChange":true,"loginPossible":true,
                        "csrfToken":"t"})"};
  }
  if (path == "/api/v1/status") {
    return {.body = R"({"name":"cache","state":"serving","loginPossible":true,"capabilities":["editConfig"]})"};
  }
  if (path == "/api/v1/config") {
    return {.body = R"({"revision":7,"source":"file","drift":false,"restartNeeded":[],"warnings":[],"secrets":[],
                        "effective":{},"written":)" +
                    kOther + "}"};
  }
  if (path == "/api/v1/config/schema") return {.body = R"({"type":"object","properties":{}})"};
  if (path == "/api/v1/config/validate") {
    return {.body = R"({"valid":true,"errors":[],"warnings":[],"restartNeeded":[],"changes":[]})"};
  }
  return {.status = 404, .body = R"({"type":"","title":"Not found","status":404})"};
}

}  // namespace

class DocumentsTest : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    directory_ = std::make_unique<QTemporaryDir>();
    write("one.json", kOne);
    write("other.json", kOther);
  }

  void opensAFileOnce() {
    QWidget window;
    app::Servers servers;
    app::Documents documents(servers, &window);
    const QPointer<ConfigFile> file = open(documents, "one.json");
    QCOMPARE(documents.open(directory_->filePath("./one.json")), file.data());
    QVERIFY(documents.unsaved().isEmpty());
  }

  void copiesFromOneToTheOther() {
    QWidget window;
    app::Servers servers;
    app::Documents documents(servers, &window);
    QSignalSpy said(&documents, &app::Documents::said);
    documents.compare({});
    QCOMPARE(said.count(), 1);
    const QPointer<ConfigFile> one = open(documents, "one.json");
    const QPointer<ConfigFile> other = open(documents, "other.json");
    documents.compare({});
    auto* compare = window.findChild<app::Compare*>();
    QVERIFY(compare);
    auto* table = compare->findChild<widgets::TableView*>();
    QTRY_COMPARE(table->model()->rowCount(), 2);
    table->sortBy("part", Qt::AscendingOrder);
    QCOMPARE(table->model()->index(0, 1).data().toString(), QStringLiteral("https://ghcr.io"));
    table->selectRow(0);
    actionOf(*table, "Copy to the right")->trigger();
    QCOMPARE(documents.unsaved(), QStringList{other->path()});
    QVERIFY(other->value()["extensions"]["sync"]["registries"][0]["urls"][0] == "https://ghcr.io");
    QVERIFY(other->value()["log"]["level"] == "info");
    QVERIFY(one->unsaved().isEmpty());
  }

  // Into the draft of the server's own configuration, which is reviewed and saved there.
  void pushesAFileToAServer() {
    test::ScriptedServer server(&daemonSays);
    app::MainWindow window;
    window.show();
    desktop::Profile profile;
    profile.name = "cache";
    profile.url = server.url().toString();
    profile.keepPassword = false;
    window.connectTo(profile, {});
    QTRY_VERIFY(window.connection()->isAdmin() && window.connection()->status());
    // Dropped on the window.
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(directory_->filePath("one.json"))});
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    // The application would hand it to whatever is below the mouse.
    static_cast<QObject&>(window).event(&drop);
    auto* file = window.findChild<ConfigFile*>();
    QVERIFY(file);
    QTRY_VERIFY(file->isOpen());
    emit file->offered("cache", file->value());
    QTRY_VERIFY(window.screen("configuration") && !window.screen("configuration")->unsaved().isEmpty());
    QTRY_VERIFY(server.count("POST", "/api/v1/config/validate") > 0);
    const auto& asked = server.requests();
    const auto draft = std::find_if(asked.begin(), asked.end(),
                                    [](const auto& one) { return one.path() == "/api/v1/config/validate"; });
    QVERIFY(draft->body.contains(R"("level":"debug")") && draft->body.contains("ghcr.io"));
    QCOMPARE(server.count("PATCH", "/api/v1/config"), 0);
  }

 private:
  ConfigFile* open(app::Documents& documents, const QString& name) {
    auto* file = documents.open(directory_->filePath(name));
    if (!QTest::qWaitFor([file] { return file->isOpen(); }, console::test::kPatienceMs)) qFatal("not opened");
    return file;
  }
  void write(const QString& name, const QByteArray& content) const {
    QFile file(directory_->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("not written");
  }

  std::unique_ptr<QTemporaryDir> directory_;
};

std::unique_ptr<QObject> makeDocumentsTest() {
  return std::make_unique<DocumentsTest>();
}

#include "documents_test.moc"
