#include "console/models/paged_model.hpp"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "larder/apitypes/access.hpp"
#include "support/patience.hpp"
#include "support/scripted_server.hpp"
#include "tests.hpp"

using namespace console;
using test::ScriptedReply;
using test::ScriptedRequest;
using test::ScriptedServer;
namespace api = larder::apitypes;

namespace {

class Groups : public models::PagedModel<api::Group> {
 public:
  explicit Groups(client::ApiClient& client)
      : PagedModel(
            client,
            {{{"name", "Name"}, [](const api::Group& one) { return models::Cell{.text = client::text(one.name)}; }}},
            [](const api::Group& one) { return client::text(one.name); }, nullptr, models::PageSort::Either) {}
};

// So many groups, as pages.
ScriptedReply pageOf(int all, const ScriptedRequest& request) {
  const QUrlQuery query(QUrl(QString::fromLatin1(request.target)).query());
  const int from = query.queryItemValue("cursor").toInt();
  const int limit = query.queryItemValue("limit").toInt();
  const int end = std::min(all, from + limit);
  QByteArray items;
  for (int i = from; i < end; ++i) {
    items += (i > from ? "," : "") + QByteArray(R"({"users":[],"name":"g)") + QByteArray::number(i) + "\"}";
  }
  const auto next = end < all ? QByteArray(",\"next\":\"") + QByteArray::number(end) + '"' : QByteArray();
  return {.body = "{\"total\":" + QByteArray::number(all) + next + ",\"items\":[" + items + "]}"};
}
ScriptedReply page(const ScriptedRequest& request) {
  return pageOf(250, request);
}

}  // namespace

class PagedModelTest : public QObject {
  Q_OBJECT

 private slots:
  void readsPageByPage() {
    ScriptedServer server(&page);
    client::ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    Groups groups(client);
    groups.ask(client::get("/groups"));
    QTRY_COMPARE(groups.rowCount({}), 100);
    QCOMPARE(groups.total(), 250);
    QVERIFY(groups.canFetchMore({}));
    groups.fetchMore({});
    QVERIFY(!groups.canFetchMore({}));  // one at a time
    QTRY_COMPARE(groups.rowCount({}), 200);
    groups.fetchMore({});
    QTRY_COMPARE(groups.rowCount({}), 250);
    QVERIFY(!groups.canFetchMore({}));
    // What was read is read again in one go, and stays until then.
    groups.refresh();
    QCOMPARE(groups.rowCount({}), 250);
    QTRY_VERIFY(server.requests().back().target.contains("limit=250"));
  }

  void readsAgainAsFarAsItWasScrolled() {
    ScriptedServer server([](const ScriptedRequest& request) { return pageOf(1000, request); });
    client::ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    Groups groups(client);
    groups.ask(client::get("/groups"));
    for (int rows = 100; rows < 700; rows += 100) {
      QTRY_COMPARE(groups.rowCount({}), rows);
      groups.fetchMore({});
    }
    QTRY_COMPARE(groups.rowCount({}), 700);
    QSignalSpy removed(&groups, &QAbstractItemModel::rowsRemoved);
    const auto before = server.requests().size();
    groups.refresh();
    QTRY_COMPARE(server.requests().size(), before + 2);
    QTRY_VERIFY(groups.canFetchMore({}));
    QCOMPARE(groups.rowCount({}), 700);
    QCOMPARE(removed.size(), 0);
  }

  void letsTheDaemonSort() {
    ScriptedServer server(&page);
    client::ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    Groups groups(client);
    QAbstractItemModelTester tester(&groups, QAbstractItemModelTester::FailureReportingMode::QtTest);
    groups.ask(client::get("/groups"));
    // The tester reads all of it.
    QTRY_COMPARE(groups.rowCount({}), 250);
    QVERIFY(!server.requests().back().target.contains("sort="));
    groups.sort(0, Qt::DescendingOrder);
    QTRY_VERIFY(server.requests().back().target.contains("sort=name&order=desc"));
  }

  void keepsItsRowsWhenAReadingFails() {
    ScriptedServer server(&page);
    client::ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    Groups groups(client);
    groups.ask(client::get("/groups"));
    QTRY_COMPARE(groups.rowCount({}), 100);
    server.answer([](const ScriptedRequest&) {
      return ScriptedReply{.status = 503, .body = R"({"type":"","title":"","status":503,"detail":"Starting."})"};
    });
    groups.refresh();
    QTRY_COMPARE(groups.trouble(), QString("Starting."));
    QCOMPARE(groups.rowCount({}), 100);
  }

  void forgetsTheAnswerToAnOlderQuestion() {
    ScriptedServer server([](const ScriptedRequest& request) {
      const bool old = request.target.contains("q=old");
      return ScriptedReply{
          .body = QByteArray(R"({"total":1,"items":[{"users":[],"name":")") + (old ? "old" : "new") + "\"}]}",
          .delayMs = old ? 60 : 0};
    });
    client::ApiClient client({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}});
    Groups groups(client);
    groups.ask(client::get("/groups").with("q", "old"));
    groups.ask(client::get("/groups").with("q", "new"));
    QTRY_COMPARE(groups.rowCount({}), 1);
    QTest::qWait(100);
    QCOMPARE(groups.keyAt(0), QString("new"));
  }
};

std::unique_ptr<QObject> makePagedModelTest() {
  return std::make_unique<PagedModelTest>();
}

#include "paged_model_test.moc"
