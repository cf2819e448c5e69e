#include "console/desktop/trial.hpp"

#include <QDir>
#include <QFile>
#include <QSignalSpy>

#include "support/patience.hpp"
#include "support/programs_in_path.hpp"
#include "tests.hpp"

using console::desktop::Trial;

class TrialTest : public QObject {
  Q_OBJECT

 private slots:
  void init() { programs_ = std::make_unique<console::test::ProgramsInPath>(); }
  void cleanup() { programs_.reset(); }

  void saysWhereItListens() {
    larderd("cp \"$2\" " + programs_->directory().toUtf8() +
            "/config; echo 'level=info listening address=127.0.0.1:4711'; "
            "exec sleep 60");
    QString data;
    {
      Trial trial;
      QSignalSpy ready(&trial, &Trial::ready);
      trial.start();
      QTRY_COMPARE(ready.count(), 1);
      QCOMPARE(ready.front().front().toUrl(), QUrl("http://127.0.0.1:4711"));
      QFile config(programs_->filePath("config"));
      QVERIFY(config.open(QIODevice::ReadOnly));
      const auto content = config.readAll();
      QVERIFY(content.contains(R"("address": "127.0.0.1")"));
      data = QString::fromUtf8(content).section("\"rootDirectory\": \"", 1).section('"', 0, 0);
      QVERIFY(QDir(QFileInfo(data).path()).exists());
    }
    QVERIFY(!QDir(QFileInfo(data).path()).exists());
  }

  void saysWhyThereIsNone() {
    larderd("echo 'error: no such thing' >&2; exit 2");
    Trial trial;
    QSignalSpy ended(&trial, &Trial::ended);
    trial.start();
    QTRY_COMPARE(ended.count(), 1);
    QVERIFY(ended.front().front().toString().contains("no such thing"));
    qputenv("PATH", "/nowhere");
    Trial none;
    QSignalSpy missing(&none, &Trial::ended);
    none.start();
    QCOMPARE(missing.count(), 1);
    QVERIFY(missing.front().front().toString().contains("no larderd"));
  }

  // A real one, where the tests know of one.
  void startsADaemon() {
    const auto daemon = qEnvironmentVariable("LARDERD");
    if (!QFile::exists(daemon)) QSKIP("$LARDERD names no daemon");
    QVERIFY(QFile::link(daemon, programs_->filePath("larderd")));
    Trial trial;
    QSignalSpy ready(&trial, &Trial::ready);
    QSignalSpy ended(&trial, &Trial::ended);
    trial.start();
    QTRY_VERIFY_WITH_TIMEOUT(ready.count() + ended.count() > 0, 20'000);
    QVERIFY2(ended.isEmpty(), qPrintable(ended.value(0).value(0).toString()));
  }

 private:
  void larderd(const QByteArray& script) { programs_->add("larderd", script); }

  std::unique_ptr<console::test::ProgramsInPath> programs_;
};

std::unique_ptr<QObject> makeTrialTest() {
  return std::make_unique<TrialTest>();
}

#include "trial_test.moc"
