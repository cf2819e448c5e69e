// Several servers at once: what the fleet says of each, and that a slow or dead one holds up no other.
#include "fleet.hpp"

#include <QComboBox>
#include <QListWidget>
#include <QSettings>

#include "console/app/main_window.hpp"
#include "console/widgets/table_view.hpp"
#include "support/patience.hpp"
#include "support/scripted_server.hpp"
#include "tests.hpp"

using namespace console;
using models::Tone;

namespace {

QByteArray statusOf(const QByteArray& name, double hits, const QByteArray& upstream) {
  return R"({"name":")" + name + R"(","state":"serving","loginPossible":true,"version":"1.2.3","capabilities":[],)" +
         R"("storage":{"usedBytes":1073741824,"limitBytes":4294967296},"memory":{"usedBytes":104857600},)" +
         R"("cache":{"hits":1,"misses":1,"stale":0,"servedBytes":1,"fetchedBytes":1,)" +
         R"("lastHour":{"since":"2026-03-01T12:00:00Z","requests":10,"hits":5,"stale":0,"misses":5,"hitRatio":)" +
         QByteArray::number(hits) + R"(,"servedBytes":1,"savedBytes":1,"savedPulls":1},)" +
         R"("lastDay":{"since":"2026-03-01T12:00:00Z","requests":10,"hits":5,"stale":0,"misses":5,"hitRatio":0.5,)" +
         R"("servedBytes":1,"savedBytes":2048,"savedPulls":3}},)" +
         R"("upstreams":[{"host":"docker.io","state":"up","breaker":"closed","waiting":0},)" + upstream + "]}";
}

const QByteArray kDown =
    R"({"host":"ghcr.io","state":"down","breaker":"open","waiting":0,"lastError":"connection refused"})";
const QByteArray kUp = R"({"host":"ghcr.io","state":"up","breaker":"closed","waiting":0})";

class FakeServer : public test::ScriptedServer {
 public:
  explicit FakeServer(QByteArray status, bool mayRead = true) {
    answer([status = std::move(status), mayRead](const test::ScriptedRequest& request) -> test::ScriptedReply {
      if (request.path() == "/api/v1/session") {
        return {.body =
                    mayRead
                        ? R"({"user":"alice","groups":[],"admin":true,"mayRead":true,"mayChange":true,
                                      "loginPossible":true,"csrfToken":"t"})"
                        : R"({"user":null,"csrfToken":null,"groups":[],"admin":false,"mayRead":false,"mayChange":false,
                                      "loginPossible":true})"};
      }
      if (request.path() == "/api/v1/status") return {.body = status};
      return {.status = 404, .body = R"({"type":"","title":"Not found","status":404})"};
    });
  }
  desktop::Profile profile(const QString& name, const QString& group = {}) const {
    desktop::Profile profile;
    profile.name = name;
    profile.group = group;
    profile.url = url().toString();
    profile.keepPassword = false;
    return profile;
  }
};

}  // namespace

class FleetTest : public QObject {
  Q_OBJECT

 private slots:
  void init() { QSettings().clear(); }

  void saysHowEachServerDoes() {
    FakeServer good(statusOf("one", 0.9, kUp)), ill(statusOf("two", 0.25, kDown)), locked(statusOf("x", 0, kUp), false);
    test::ScriptedServer slow([](const test::ScriptedRequest&) { return test::ScriptedReply{.never = true}; });
    desktop::Profiles profiles;
    profiles.save(good.profile("good", "production"));
    profiles.save(ill.profile("ill", "staging"));
    profiles.save(locked.profile("locked"));
    auto dead = good.profile("dead");
    dead.url = "http://127.0.0.1:1";
    profiles.save(dead);
    auto asleep = good.profile("asleep");
    asleep.url = slow.url().toString();
    profiles.save(asleep);
    auto idle = good.profile("idle");
    app::Servers servers;
    app::Fleet fleet(profiles, servers);
    fleet.show();
    fleet.connectAll();
    profiles.save(idle);
    auto* table = fleet.findChild<widgets::TableView*>();
    const auto at = [table](const QString& server, int column) {
      for (int row = 0; row < table->model()->rowCount(); ++row) {
        if (table->model()->index(row, 0).data().toString() == server) {
          return table->model()->index(row, column).data().toString();
        }
      }
      return QString();
    };
    // Those that answer are there long before the others are given up.
    QTRY_COMPARE(at("good", 3), QStringLiteral("90 %"));
    QTRY_COMPARE(at("ill", 7), QStringLiteral("ghcr.io: down, next pull tries it again"));
    QCOMPARE(at("asleep", 2), QStringLiteral("connecting"));
    QCOMPARE(at("good", 2), QStringLiteral("serving"));
    QCOMPARE(at("good", 4), QStringLiteral("2.0 KiB"));
    QCOMPARE(at("good", 6), QStringLiteral("1.0 GiB of 4.0 GiB"));
    QCOMPARE(at("ill", 2), QStringLiteral("upstream ghcr.io down"));
    QTRY_COMPARE(at("locked", 2), QStringLiteral("log-in needed"));
    QTRY_COMPARE(at("dead", 2), QStringLiteral("no connection"));
    QTRY_COMPARE(at("idle", 2), QStringLiteral("not connected"));
    // Sorted by what it means: the ratio, and the worst state first.
    table->sortBy("hits", Qt::DescendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("good"));
    table->sortBy("upstream", Qt::DescendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("ill"));
    // Groups have colours, each its own.
    QVERIFY(table->model()->index(0, 0).data(Qt::DecorationRole).isValid());
    QVERIFY(profiles.colorOf("production") != profiles.colorOf("staging"));
    profiles.setColor("production", 4);
    QCOMPARE(desktop::Profiles().colorOf("production"), 4);
  }

  void greysWhatIsOld() {
    FakeServer one(statusOf("one", 0.9, kUp));
    app::Servers servers;
    servers.connectTo(one.profile("one"), {});
    auto* server = servers.find("one");
    QTRY_VERIFY(server->connection().status());
    const auto now = server->connection().statusAt();
    QVERIFY(!app::fleetRow(server->profile(), -1, server, now.addSecs(5)).stale);
    const auto row = app::fleetRow(server->profile(), -1, server, now.addSecs(60));
    QVERIFY(row.stale && row.status);
    QVERIFY(row.state.text.startsWith("no answer since"));
    QCOMPARE(row.state.tone, Tone::Bad);
  }

  void switchesAndKeepsWhatIsOpen() {
    FakeServer one(statusOf("one", 0.9, kUp)), two(statusOf("two", 0.2, kDown));
    desktop::Profiles profiles;
    profiles.save(one.profile("one"));
    profiles.save(two.profile("two"));
    app::MainWindow window;
    window.show();
    window.begin();
    QVERIFY(window.findChild<app::Fleet*>()->isVisible());
    window.connectTo(one.profile("one"), {});
    QTRY_COMPARE(window.screenKeys().size(), 10);
    window.open("mirrors", {});
    auto* mirrors = window.screen("mirrors");
    window.connectTo(two.profile("two"), {});
    QTRY_VERIFY(window.screen("overview"));
    QVERIFY(!mirrors->isVisible());
    QTest::keyClick(&window, Qt::Key_PageUp, Qt::ControlModifier);
    QCOMPARE(window.screen("mirrors"), mirrors);
    QVERIFY(mirrors->isVisible());
    auto* navigation = window.findChild<QListWidget*>();
    QCOMPARE(navigation->currentItem()->data(Qt::UserRole).toString(), QStringLiteral("mirrors"));
    QTest::keyClick(&window, Qt::Key_0, Qt::ControlModifier);
    QVERIFY(!navigation->isVisible() && !window.connection());
    // By the picker.
    auto* picker = window.findChild<QComboBox*>();
    const int place = picker->findData("two");
    emit picker->activated(place);
    QTRY_VERIFY(window.connection()->status());
    QVERIFY(window.connection()->status()->name == "two");
    // A profile that was changed is connected to anew.
    auto changed = two.profile("two");
    changed.readOnly = true;
    window.connectTo(changed, {});
    QTRY_VERIFY(window.connection() && window.connection()->isReadOnly());
  }
};

std::unique_ptr<QObject> makeFleetTest() {
  return std::make_unique<FleetTest>();
}

#include "fleet_test.moc"
