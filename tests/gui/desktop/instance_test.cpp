#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "console/desktop/instance.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using console::desktop::Instance;
using namespace std::chrono_literals;

namespace {

// Where nobody will take over. Others get as long as a slow machine takes.
constexpr auto kShort = 300ms;

// What became of a start.
struct Start {
  explicit Start(const QString& directory, std::chrono::milliseconds patience = 30s)
      : instance(directory, patience),
        first(&instance, &Instance::first),
        handedOver(&instance, &Instance::handedOver),
        alone(&instance, &Instance::alone),
        asked(&instance, &Instance::asked) {}
  void run(const QByteArray& message) {
    instance.start(message);
    QTRY_VERIFY(first.count() + handedOver.count() + alone.count() == 1);
  }

  Instance instance;
  QSignalSpy first, handedOver, alone, asked;
};

}  // namespace

class InstanceTest : public QObject {
  Q_OBJECT

 private slots:
  void handsOverToTheFirst() {
    const QTemporaryDir directory;
    Start first(directory.path());
    first.run("larder://one");
    QCOMPARE(first.first.count(), 1);
    for (const QByteArray message : {"larder://cache/mirrors token", " "}) {
      Start second(directory.path());
      second.run(message);
      QCOMPARE(second.handedOver.count(), 1);
      QCOMPARE(first.asked.takeLast().front().toByteArray(), message);
    }
  }

  void takesTheSocketOfOneThatCrashed() {
    const QTemporaryDir directory;
    // As a process leaves it that was killed: its socket, and nobody who holds the lock.
    QLocalServer dead;
    QVERIFY(dead.listen(QDir(directory.path()).filePath("larder-console.socket")));
    Start first(directory.path());
    first.run({});
    QCOMPARE(first.first.count(), 1);
    Start second(directory.path());
    second.run("x");
    QCOMPARE(second.handedOver.count(), 1);
  }

  void followsOneThatEnds() {
    const QTemporaryDir directory;
    {
      Start first(directory.path());
      first.run({});
    }
    Start second(directory.path());
    second.run({});
    QCOMPARE(second.first.count(), 1);
  }

  void startsBesideOneThatHangs() {
    const QTemporaryDir directory;
    QLockFile held(QDir(directory.path()).filePath("larder-console.lock"));
    QVERIFY(held.tryLock());
    Start second(directory.path(), kShort);
    second.run("x");
    QCOMPARE(second.alone.count(), 1);
  }

  void startsWhereNothingCanBeLocked() {
    Start only("/nowhere/at/all");
    only.run("x");
    QCOMPARE(only.alone.count(), 1);
  }

  void sendsAwayWhoNeverEnds() {
    const QTemporaryDir directory;
    Start first(directory.path(), kShort);
    first.run({});
    QLocalSocket socket;
    socket.connectToServer(QDir(directory.path()).filePath("larder-console.socket"));
    QTRY_COMPARE(socket.state(), QLocalSocket::ConnectedState);
    socket.write(QByteArray(64 * 1024, 'a'));
    QTRY_COMPARE(socket.state(), QLocalSocket::UnconnectedState);
    QCOMPARE(first.asked.count(), 0);
  }
};

std::unique_ptr<QObject> makeInstanceTest() {
  return std::make_unique<InstanceTest>();
}

#include "instance_test.moc"
