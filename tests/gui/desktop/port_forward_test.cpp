// Against a kubectl that only notes how it was called, and ends when it is told to.
#include "console/desktop/port_forward.hpp"

#include <QDir>
#include <QFile>

#include "support/patience.hpp"
#include "support/programs_in_path.hpp"
#include "tests.hpp"

using namespace console::desktop;
using State = PortForward::State;
using namespace std::chrono_literals;

class PortForwardTest : public QObject {
  Q_OBJECT

 private slots:
  void init() { programs_ = std::make_unique<console::test::ProgramsInPath>(); }
  void cleanup() { programs_.reset(); }

  void speaksToTheTargetOnly() {
    QCOMPARE(
        PortForward::argumentsOf({.context = "prod", .space = "cache", .target = "svc/larder", .port = 5000}, 4711),
        (QStringList{"--context=prod", "--namespace=cache", "port-forward", "--address=127.0.0.1", "--", "svc/larder",
                     "4711:5000"}));
    QCOMPARE(PortForward::argumentsOf({.context = {}, .space = {}, .target = "--kubeconfig=x", .port = 5000}, 1),
             (QStringList{"port-forward", "--address=127.0.0.1", "--", "--kubeconfig=x", "1:5000"}));
  }

  void startsAgainOnTheSamePort() {
    kubectl(
        "echo Forwarding from 127.0.0.1:1; while [ ! -e end ]; do sleep 0.05; done; rm end; "
        "echo 'error: lost connection to pod' >&2; exit 1");
    PortForward forward(target(), nullptr, {.firstWait = 50ms, .longestWait = 200ms, .steady = 20s});
    QVERIFY(forward.port() > 0);
    forward.start();
    QTRY_COMPARE(forward.state(), State::Running);
    QStringList states;
    connect(&forward, &PortForward::stateChanged, this, [&] {
      if (forward.state() == State::Failed) states << forward.trouble();
    });
    QFile end(programs_->filePath("end"));
    QVERIFY(end.open(QIODevice::WriteOnly));
    end.close();
    QTRY_COMPARE(states, QStringList{"kubectl: error: lost connection to pod"});
    QTRY_COMPARE(forward.state(), State::Running);
    QVERIFY(forward.trouble().isEmpty());
    const auto called = calls();
    QCOMPARE(called.size(), 2);
    QCOMPARE(called[0], called[1]);
    QVERIFY(called[0].endsWith(QStringLiteral("svc/larder %1:5000").arg(forward.port())));
  }

  void waitsLongerEachTime() {
    kubectl("echo 'error: context \"prod\" does not exist' >&2; exit 1");
    PortForward forward(target(), nullptr, {.firstWait = 100ms, .longestWait = 60s, .steady = 20s});
    forward.start();
    QTRY_COMPARE(forward.state(), State::Failed);
    QCOMPARE(forward.trouble(), QStringLiteral("kubectl: error: context \"prod\" does not exist"));
    // Within 1.5 s: at 0, 100, 300, 700 and 1500 ms; a slow machine makes it fewer.
    QTest::qWait(1400);
    QVERIFY2(calls().size() <= 5, qPrintable(calls().join('\n')));
    QTRY_VERIFY(calls().size() >= 2);
  }

  void saysThatThereIsNone() {
    qputenv("PATH", programs_->directory().toUtf8());
    PortForward forward(target());
    forward.start();
    QCOMPARE(forward.state(), State::Failed);
    QVERIFY(forward.trouble().contains("no kubectl"));
  }

  void endsTheProcess() {
    kubectl("echo $$ > pid; echo Forwarding from 127.0.0.1:1; exec sleep 60");
    qint64 pid = 0;
    {
      PortForward forward(target());
      forward.start();
      QTRY_COMPARE(forward.state(), State::Running);
      QFile file(programs_->filePath("pid"));
      QVERIFY(file.open(QIODevice::ReadOnly));
      pid = file.readAll().trimmed().toLongLong();
    }
    QVERIFY(pid > 0);
    QTRY_VERIFY(!QFile::exists(QStringLiteral("/proc/%1/exe").arg(pid)) || !QFile::exists("/proc/self"));
  }

 private:
  static Forward target() { return {.context = {}, .space = {}, .target = "svc/larder", .port = 5000}; }
  void kubectl(const QByteArray& script) {
    programs_->add("kubectl", "cd " + programs_->directory().toUtf8() + "\necho \"$@\" >> calls\n" + script);
  }
  QStringList calls() const {
    QFile file(programs_->filePath("calls"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
  }

  std::unique_ptr<console::test::ProgramsInPath> programs_;
};

std::unique_ptr<QObject> makePortForwardTest() {
  return std::make_unique<PortForwardTest>();
}

#include "port_forward_test.moc"
