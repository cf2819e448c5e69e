#include "console/client/connection.hpp"

#include <QSignalSpy>

#include "support/patience.hpp"
#include "support/scripted_server.hpp"
#include "tests.hpp"

using namespace console::client;
using console::test::ScriptedReply;
using console::test::ScriptedRequest;
using console::test::ScriptedServer;

namespace {

QByteArray sessionOf(const char* user, bool mayRead) {
  const bool known = user != nullptr;
  return QByteArray(R"({"user":)") + (known ? QByteArray("\"") + user + "\"" : QByteArray("null")) +
         R"(,"groups":[],"admin":)" + (known ? "true" : "false") + R"(,"mayRead":)" + (mayRead ? "true" : "false") +
         R"(,"mayChange":)" + (known ? "true" : "false") + R"(,"loginPossible":true,"csrfToken":"t"})";
}

// A daemon with one user, whose sessions can be ended.
class Daemon : public ScriptedServer {
 public:
  Daemon() {
    answer([this](const ScriptedRequest& request) -> ScriptedReply {
      if (request.path() == "/api/v1/status") {
        return {
            .body =
                R"({"name":"cache","state":"serving","loginPossible":true,"capabilities":["editConfig"],"config":{"revision":)" +
                QByteArray::number(revision) + R"(,"source":"file","drift":false,"restartNeeded":[],"warnings":[]}})"};
      }
      if (request.path() != "/api/v1/session") return {.status = 404};
      if (request.method == "GET") return {.body = sessionOf(loggedIn ? "alice" : nullptr, loggedIn)};
      loggedIn = request.method == "POST" && request.body.contains("right");
      if (request.method == "DELETE") return {.status = 204, .body = ""};
      if (loggedIn) return {.status = 201, .body = sessionOf("alice", true)};
      return {
          .status = 401,
          .body = R"({"type":"about:blank","title":"Not logged in","status":401,"detail":"The password is wrong."})"};
    });
  }
  bool loggedIn = false;
  int revision = 1;
};

Endpoint endpointOf(const ScriptedServer& server) {
  return {.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}};
}

}  // namespace

class ConnectionTest : public QObject {
  Q_OBJECT

 private slots:
  void logsInWithWhatTheProfileKnows() {
    Daemon daemon;
    Connection connection(endpointOf(daemon), {.user = "alice", .password = "right", .token = {}}, false);
    QSignalSpy needed(&connection, &Connection::loginNeeded);
    connection.start();
    QTRY_VERIFY(connection.isAdmin() && connection.status());
    QVERIFY(connection.mayChange() && connection.mayConfigure());
    QCOMPARE(needed.count(), 0);
  }

  void asksOnceWhenThePasswordIsWrong() {
    Daemon daemon;
    Connection connection(endpointOf(daemon), {.user = "alice", .password = "old", .token = {}}, false);
    QSignalSpy needed(&connection, &Connection::loginNeeded);
    QString trouble;
    connect(&connection, &Connection::loginNeeded, this, [&] { trouble = connection.trouble(); });
    connection.start();
    QTRY_COMPARE(needed.count(), 1);
    QCOMPARE(trouble, QString("The password is wrong."));
    // What the anonymous may see is shown, and is not taken for a login.
    QTRY_VERIFY(connection.session() && connection.status());
    QCOMPARE(connection.trouble(), QString("The login failed: The password is wrong."));
    QCOMPARE(connection.loginFailure(), connection.trouble());
    std::optional<std::optional<Failure>> answered;
    connection.logIn("alice", "right", this, [&answered](std::optional<Failure> failure) { answered = failure; });
    QTRY_VERIFY(answered.has_value());
    QVERIFY(!*answered);
    QVERIFY(connection.isAdmin());
    QVERIFY(connection.trouble().isEmpty());
  }

  void beginsASessionAnewThatTheDaemonForgot() {
    Daemon daemon;
    Connection connection(endpointOf(daemon), {.user = "alice", .password = "right", .token = {}}, false);
    QSignalSpy needed(&connection, &Connection::loginNeeded);
    connection.start();
    QTRY_VERIFY(connection.isAdmin());
    daemon.loggedIn = false;
    emit connection.api().unauthorized();
    QTRY_VERIFY(daemon.loggedIn);
    QCOMPARE(needed.count(), 0);
  }

  void keepsWhatItKnewWhenTheSessionEnds() {
    Daemon daemon;
    Connection connection(endpointOf(daemon), {}, false);
    QSignalSpy needed(&connection, &Connection::loginNeeded);
    connection.start();
    QTRY_COMPARE(needed.count(), 1);
    QCOMPARE(needed.takeFirst().front().toBool(), false);
    connection.logIn("alice", "right", this, [](const auto&) {});
    QTRY_VERIFY(connection.isAdmin());
    // The password was changed meanwhile.
    daemon.answer([](const ScriptedRequest& request) -> ScriptedReply {
      if (request.method == "GET") return {.body = sessionOf(nullptr, false)};
      return {.status = 401, .body = R"({"type":"about:blank","title":"","status":401,"detail":"Wrong."})"};
    });
    emit connection.api().unauthorized();
    QTRY_COMPARE(needed.count(), 1);
    QCOMPARE(needed.front().front().toBool(), true);
    QVERIFY(connection.isAdmin());
    QVERIFY(connection.status());
  }

  void sendsNothingThatChangesForAReadOnlyProfile() {
    Daemon daemon;
    Connection connection(endpointOf(daemon), {.user = "alice", .password = "right", .token = {}}, true);
    connection.start();
    QTRY_VERIFY(connection.isAdmin());
    QVERIFY(!connection.mayChange() && !connection.mayConfigure());
    const auto before = daemon.requests().size();
    std::optional<Failure> refused;
    connection.api().send<Nothing>(put("/sync/order"), this, [&refused](Outcome<Nothing> outcome) {
      if (!outcome) refused = outcome.error();
    });
    QTRY_VERIFY(refused.has_value());
    QVERIFY(refused->message().contains("read-only"));
    QCOMPARE(daemon.count("PUT", "/api/v1/sync/order"), 0);
    QVERIFY(before <= daemon.requests().size());
  }

  void readsAgainWhenSomebodyElseSaved() {
    Daemon daemon;
    Connection connection(endpointOf(daemon), {.user = "alice", .password = "right", .token = {}}, false);
    connection.start();
    QTRY_VERIFY(connection.status());
    QSignalSpy refresh(&connection, &Connection::refresh);
    daemon.revision = 2;
    connection.start();  // reads at once
    QTRY_COMPARE(refresh.count(), 1);
  }
};

std::unique_ptr<QObject> makeConnectionTest() {
  return std::make_unique<ConnectionTest>();
}

#include "connection_test.moc"
