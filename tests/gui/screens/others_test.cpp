// Storage, metrics, audit and node setup: what each asks the daemon, and what it says of the answer.
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabWidget>

#include "bench.hpp"
#include "console/screens/logs.hpp"
#include "console/screens/metrics.hpp"
#include "console/screens/nodes.hpp"
#include "console/screens/storage.hpp"
#include "console/widgets/series_chart.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using namespace console;
using test::Bench;

class OthersTest : public QObject {
  Q_OBJECT

 private slots:
  void asksBeforeAJobThatRemoves() {
    Bench bench;
    bench.reply("/storage", R"({"usedBytes":1048576,"limitBytes":2097152,"repositories":3,"biggest":[]})");
    bench.reply("/storage/tree", R"({"total":1,"path":"","level":"registry","items":[
      {"name":"docker.io","path":"docker.io","sizeBytes":1000,"ownBytes":900,"children":2}]})");
    bench.reply("/storage/preview", R"({"total":0,"items":[]})");
    bench.reply("GET /jobs", R"({"total":1,"items":[{"id":"1","kind":"gc","state":"succeeded","target":"","by":"alice",
      "startedAt":"2026-01-01T00:00:00Z","endedAt":"2026-01-01T00:01:00Z","done":1,
      "counts":{"freedBytes":2048,"removedBlobs":3}}]})");
    bench.reply("POST /jobs", test::ScriptedReply{.status = 202, .body = R"({"id":"2"})"});
    const std::unique_ptr<screens::Screen> screen(screens::makeStorage(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(test::says(screen.get(), "of 2.0 MiB (50 %)"));
    screen->findChild<QTabWidget*>()->setCurrentIndex(1);
    auto* jobs = test::table(screen.get(), "Jobs");
    QTRY_COMPARE(jobs->model()->rowCount(), 1);
    QCOMPARE(jobs->model()->index(0, 3).data().toString(), QString("freed 2.0 KiB, removed blobs 3"));
    test::verb(screen.get(), "Apply retention")->trigger();
    QVERIFY(bench.asked.startsWith("Apply retention now?"));
    QCOMPARE(bench.server.count("POST", "/api/v1/jobs"), 0);
    bench.agree();
    QTRY_COMPARE(bench.said, QStringList{"Apply retention: started"});
    QCOMPARE(bench.last("POST", "/jobs").body, QByteArray(R"({"kind":"retention"})"));
  }

  void goesDownTheDiskAndUpAgain() {
    Bench bench;
    bench.reply("/storage", R"({"usedBytes":1,"repositories":1,"biggest":[]})");
    bench.reply("/storage/preview", R"({"total":0,"items":[]})");
    bench.reply("/jobs", R"({"total":0,"items":[]})");
    bench.reply("/storage/tree", R"({"total":1,"path":"","level":"registry","items":[
      {"name":"docker.io","path":"docker.io","sizeBytes":1000,"ownBytes":900,"children":2}]})");
    const std::unique_ptr<screens::Screen> screen(screens::makeStorage(bench.context()));
    screen->QWidget::show();
    auto* tree = test::table(screen.get(), "Disk usage");
    QTRY_COMPARE(tree->model()->rowCount(), 1);
    QVERIFY(bench.last("GET", "/storage/tree").target.contains("sort=own&order=desc"));
    bench.reply("/storage/tree", R"({"total":1,"path":"library/nginx","level":"tag","items":[
      {"name":"1.27","path":"library/nginx:1.27","sizeBytes":10,"ownBytes":9,"children":0}]})");
    emit tree->opened(0);
    QTRY_VERIFY(bench.last("GET", "/storage/tree").target.contains("path=docker.io"));
    QTRY_COMPARE(tree->source()->keyAt(0), QString("library/nginx:1.27"));
    emit tree->opened(0);
    QCOMPARE(bench.opened, QString("repositories?name=docker.io&ref=1.27"));
    test::verb(screen.get(), "Up")->trigger();
    QTRY_VERIFY(!bench.last("GET", "/storage/tree").target.contains("path="));
  }

  void findsWhoChangedWhat() {
    Bench bench;
    bench.reply("/audit", R"({"total":1,"items":[{"at":"2026-01-01T00:00:00Z","user":"","remote":"10.0.0.1",
      "action":"patchConfig","method":"PATCH","object":"/config","status":200,"before":{"a":1},"after":{"a":2}}]})");
    const std::unique_ptr<screens::Screen> screen(screens::makeLogs(bench.context()));
    screen->QWidget::show();
    auto* audit = test::table(screen.get(), "Audit");
    QTRY_COMPARE(audit->model()->rowCount(), 1);
    QCOMPARE(audit->model()->index(0, 1).data().toString(), QString("anonymous"));
    audit->selectRow(0);
    QStringList shown;
    for (const auto* edit : screen->findChildren<QPlainTextEdit*>()) shown << edit->toPlainText();
    QVERIFY2(shown.contains("{\n  \"a\": 2\n}"), qPrintable(shown.join('|')));
    for (auto* edit : screen->findChildren<QLineEdit*>()) {
      if (edit->accessibleName() == "User") edit->setText("bob");
    }
    QTRY_VERIFY(bench.last("GET", "/audit").target.contains("user=bob"));
  }

  void showsThePartOfAHistoryThatWasAskedFor() {
    Bench bench;
    QByteArray values;
    for (int i = 0; i < 2160; ++i) values += (i > 0 ? "," : "") + QByteArray::number(i);
    bench.reply("/metrics/history", R"({"range":"6h","stepMs":10000,"startAt":"2026-01-01T00:00:00Z","series":[
      {"key":"memoryBytes","title":"Memory","unit":"bytes","promql":"larder_memory_bytes","values":[)" +
                                        values + "]}]}");
    const std::unique_ptr<screens::Screen> screen(screens::makeMetrics(bench.context()));
    screen->QWidget::show();
    test::button(screen.get(), "1 h")->click();
    QTRY_VERIFY(bench.last("GET", "/metrics/history").target.contains("range=6h"));
    QTRY_COMPARE(screen->findChildren<widgets::SeriesChart*>().size(), 1);
    QTRY_VERIFY(screen->findChild<widgets::SeriesChart*>()->accessibleDescription().contains("Memory"));
    QTRY_VERIFY(test::button(screen.get(), "Copy PromQL"));
  }

  void makesTheFilesForANode() {
    Bench bench;
    bench.reply("/node-setup", R"({"client":"containerd","address":"cache:5000","files":[],"commands":[],
      "notes":["Mind the port."],"credentials":{"needed":false},
      "steps":[{"title":"Point containerd here","files":[{"path":"/etc/hosts.toml","content":"server = 1\n"}],
                "commands":["systemctl restart containerd"]}]})");
    bench.reply("/node-setup/check", R"({"lastPull":{"at":"2026-01-01T00:00:00Z","user":"","client":"10.0.0.9",
      "repository":"library/nginx"}})");
    const std::unique_ptr<screens::Screen> screen(screens::makeNodeSetup(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(test::says(screen.get(), "1. Point containerd here"));
    QVERIFY(test::says(screen.get(), "Mind the port."));
    // Older than this screen: no proof that the node was set up right.
    QTRY_VERIFY(test::says(screen.get(), "Before that, a pull from 10.0.0.9"));
    for (auto* edit : screen->findChildren<QPlainTextEdit*>()) {
      if (!edit->isReadOnly()) edit->setPlainText("docker.io\nghcr.io");
    }
    test::button(screen.get(), "Podman")->click();
    QTRY_VERIFY(bench.last("GET", "/node-setup").target.contains("client=podman"));
    QTRY_VERIFY(bench.last("GET", "/node-setup").target.contains("registry=docker.io&registry=ghcr.io"));
  }
};

std::unique_ptr<QObject> makeOthersTest() {
  return std::make_unique<OthersTest>();
}

#include "others_test.moc"
