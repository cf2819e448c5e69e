#include "console/client/api_client.hpp"

#include <QSignalSpy>
#include <QThread>

#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/repositories.hpp"
#include "larder/apitypes/session.hpp"
#include "support/patience.hpp"
#include "support/scripted_server.hpp"
#include "tests.hpp"

using namespace console::client;
using console::test::ScriptedReply;
using console::test::ScriptedRequest;
using console::test::ScriptedServer;
namespace api = larder::apitypes;

namespace {

constexpr auto kSession =
    R"({"user":"alice","groups":[],"admin":true,"mayRead":true,"mayChange":true,"loginPossible":true,"csrfToken":"4f1c"})";

}  // namespace

class ApiClientTest : public QObject {
  Q_OBJECT

  // Sends, and waits in the test's event loop.
  template <class T>
  Outcome<T> wait(ApiClient& client, const Request& request) {
    std::optional<Outcome<T>> got;
    client.send<T>(request, this, [&got](Outcome<T> outcome) { got = std::move(outcome); });
    if (!QTest::qWaitFor([&got] { return got.has_value(); }, console::test::kPatienceMs)) qFatal("no outcome");
    return std::move(*got);
  }

 private slots:
  void decodesTheAnswerAndItsEtag() {
    ScriptedServer server(
        [](const ScriptedRequest&) { return ScriptedReply{.body = kSession, .headers = {{"ETag", "\"12\""}}}; });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Session>(client, get("/session"));
    QVERIFY(outcome.has_value());
    QCOMPARE(outcome->value.user->c_str(), "alice");
    QCOMPARE(outcome->etag, QByteArray("\"12\""));
    QCOMPARE(server.requests().front().target, QByteArray("/api/v1/session"));
  }

  void encodesWhatItIsGiven() {
    ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{.body = R"({"items":[],"total":0})"}; });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    QVERIFY(wait<api::Page<api::Tag>>(client, get("/tags").with("repository", "a/b c+d&e").with("q", "")).has_value());
    QCOMPARE(server.requests().front().target, QByteArray("/api/v1/tags?repository=a%2Fb%20c%2Bd%26e"));
  }

  void sendsTokenMatchAndBodyWithAChange() {
    ScriptedServer server;
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    client.setCsrfToken("4f1c");
    QSignalSpy changed(&client, &ApiClient::changed);
    QVERIFY(wait<Nothing>(client, patch("/config", {{"log", {{"level", "debug"}}}}).match("\"12\"")).has_value());
    const auto& sent = server.requests().front();
    QCOMPARE(sent.method, QByteArray("PATCH"));
    QCOMPARE(sent.headers["x-csrf-token"], QByteArray("4f1c"));
    QCOMPARE(sent.headers["if-match"], QByteArray("\"12\""));
    QCOMPARE(sent.headers["content-type"], QByteArray("application/merge-patch+json"));
    QCOMPARE(sent.body, QByteArray(R"({"log":{"level":"debug"}})"));
    QCOMPARE(changed.count(), 1);
    QVERIFY(wait<Nothing>(client, ask("/config/validate", api::ConfigDraft{})).has_value());
    QCOMPARE(changed.count(), 1);
  }

  void keepsTheSessionsCookie() {
    ScriptedServer server([](const ScriptedRequest&) {
      return ScriptedReply{.body = kSession,
                           .headers = {{"Set-Cookie", "larder_session=abc; HttpOnly; SameSite=Strict; Path=/api"}}};
    });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    QVERIFY(wait<api::Session>(client, get("/session")).has_value());
    QCOMPARE(client.cookieHeader(), QByteArray("larder_session=abc"));
    client.forgetSession();
    QCOMPARE(client.cookieHeader(), QByteArray());
  }

  void tellsProblemsOfTheDaemon_data() {
    QTest::addColumn<int>("status");
    for (int status : {401, 403, 409, 412, 422, 429, 500, 503}) QTest::addRow("%d", status) << status;
  }
  void tellsProblemsOfTheDaemon() {
    QFETCH(int, status);
    ScriptedServer server([status](const ScriptedRequest&) {
      return ScriptedReply{
          .status = status,
          .body =
              R"({"type":"about:blank","title":"Changed","status":0,"detail":"Somebody else was first.")"
              R"(,"errors":[{"path":"urls","message":"must not be empty"}])"
              R"(,"conflict":{"revision":14,"changes":[],"conflicts":[{"id":"1","path":"urls","mine":[]}],"removed":false,"baseUnknown":false},"newer":1})",
          .type = "application/problem+json",
          .headers = {{"Retry-After", "7"}}};
    });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    QSignalSpy unauthorized(&client, &ApiClient::unauthorized);
    QSignalSpy changed(&client, &ApiClient::changed);
    auto outcome = wait<Nothing>(client, put("/sync/rules/1"));
    QVERIFY(!outcome.has_value());
    const auto& failure = outcome.error();
    QCOMPARE(failure.status, status);
    QCOMPARE(failure.message(), QString("Somebody else was first."));
    QCOMPARE(failure.errors.front().path.c_str(), "urls");
    QVERIFY(failure.conflict && failure.conflict->revision == 14 && failure.conflict->conflicts.front().mine);
    QVERIFY(failure.retryAfter == std::chrono::seconds(7));
    QCOMPARE(unauthorized.count(), status == 401 ? 1 : 0);
    QCOMPARE(changed.count(), 0);
  }

  void tellsWhatIsNoProblemByItsStatus() {
    ScriptedServer server([](const ScriptedRequest&) {
      return ScriptedReply{.status = 502, .body = "<html>Bad gateway</html>", .type = "text/html"};
    });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Session>(client, get("/session"));
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().message(), QString("The server answered 502."));
  }

  void refusesGarbage_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no JSON") << QByteArray("<html>");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("another shape") << QByteArray(R"({"user":7})");
    QTest::newRow("deep") << QByteArray(100000, '[');
    QTest::newRow("key twice") << QByteArray(R"({"admin":true,"admin":false})");
  }
  void refusesGarbage() {
    QFETCH(QByteArray, body);
    ScriptedServer server([body](const ScriptedRequest&) { return ScriptedReply{.body = body}; });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Session>(client, get("/session"));
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().title, QString("Not understood"));
  }

  void readsANewerDaemon() {
    ScriptedServer server([](const ScriptedRequest&) {
      return ScriptedReply{
          .body = R"({"items":[{"id":"1","kind":"defragment","state":"running","target":"","by":"")"
                  R"(,"startedAt":"2026-03-01T12:00:00Z","done":1,"counts":{},"novel":{"a":[1]}}],"total":1})"};
    });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Page<api::Job>>(client, get("/jobs"));
    QVERIFY(outcome.has_value());
    QCOMPARE(outcome->value.items.front().kind, api::JobKind::Unknown);
  }

  void givesUpOnSilence() {
    ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{.never = true}; });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Session>(client, get("/session").within(std::chrono::milliseconds(100)));
    QVERIFY(!outcome.has_value());
    QVERIFY(outcome.error().offline());
    QCOMPARE(outcome.error().title, QString("No answer"));
    auto change = wait<Nothing>(client, put("/sync/order").within(std::chrono::milliseconds(100)));
    QVERIFY(change.error().message().contains("may or may not have been made"));
  }

  void doesNotTakeHalfAnAnswer() {
    ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{.body = kSession, .cutBody = true}; });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Session>(client, get("/session"));
    QVERIFY(!outcome.has_value());
    QVERIFY(outcome.error().offline());
  }

  void tellsWhyNobodyIsThere() {
    quint16 port = 0;
    {
      ScriptedServer server;
      port = server.serverPort();
    }
    ApiClient client({.url = QUrl(QString("http://127.0.0.1:%1").arg(port)), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Session>(client, get("/session"));
    QVERIFY(outcome.error().message().contains(QString("does not accept connections on port %1").arg(port)));
  }

  void followsNoRedirect() {
    ScriptedServer server([](const ScriptedRequest&) {
      return ScriptedReply{.status = 302, .headers = {{"Location", "http://127.0.0.1:1/"}}};
    });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Session>(client, get("/session"));
    QCOMPARE(outcome.error().status, 302);
  }

  void decodesLargeAnswersElsewhere() {
    QByteArray items;
    for (int i = 0; i < 2000; ++i) {
      items += (i ? "," : "") + QByteArray(R"({"name":"library/image-)") + QByteArray::number(i) +
               "\""
               R"(,"sizeBytes":1,"tags":1,"pulls":1,"createdAt":"2026-03-01T12:00:00Z"})";
    }
    const QByteArray body = "{\"items\":[" + items + "],\"total\":2000}";
    QVERIFY(body.size() > kInlineBytes);
    ScriptedServer server([body](const ScriptedRequest&) { return ScriptedReply{.body = body}; });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto outcome = wait<api::Page<api::Repository>>(client, get("/repositories"));
    QVERIFY(outcome.has_value());
    QCOMPARE(outcome->value.items.size(), std::size_t{2000});
    // And is not called back when the owner goes while the worker decodes.
    auto owner = std::make_unique<QObject>();
    bool called = false;
    client.send<api::Page<api::Repository>>(get("/repositories"), owner.get(), [&called](auto) { called = true; });
    QVERIFY(QTest::qWaitFor([&server] { return server.requests().size() == 2; }, console::test::kPatienceMs));
    QTest::qWait(5);
    // A slow machine may have come that far before.
    const bool before = called;
    owner.reset();
    QTest::qWait(100);
    QCOMPARE(called, before);
  }

  void cancelsWithItsOwner() {
    ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{.body = kSession, .delayMs = 50}; });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto owner = std::make_unique<QObject>();
    int called = 0;
    client.send<api::Session>(get("/session"), owner.get(), [&called](auto) { ++called; });
    auto* other = client.send<api::Session>(get("/session"), this, [&called](auto) { ++called; });
    owner.reset();
    other->cancel();
    QTest::qWait(150);
    QCOMPARE(called, 0);
  }

  void endsItsCallsWithItself() {
    ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{.never = true}; });
    auto client = std::make_unique<ApiClient>(Endpoint{.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    bool called = false;
    client->send<api::Session>(get("/session"), this, [&called](auto) { called = true; });
    QTRY_COMPARE(server.requests().size(), std::size_t{1});
    client.reset();
    QTest::qWait(10);
    QVERIFY(!called);
  }

  void outlivesAHandlerThatDestroysItsOwner() {
    ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{.body = kSession}; });
    ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    auto* owner = new QObject;
    bool called = false;
    client.send<api::Session>(get("/session"), owner, [&called, owner](auto) {
      called = true;
      delete owner;
    });
    QVERIFY(QTest::qWaitFor([&called] { return called; }, console::test::kPatienceMs));
    QTest::qWait(10);
  }
};

std::unique_ptr<QObject> makeApiClientTest() {
  return std::make_unique<ApiClientTest>();
}

#include "api_client_test.moc"
