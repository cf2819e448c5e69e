#include "console/screens/access.hpp"

#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabWidget>

#include "bench.hpp"
#include "drafts.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using namespace console;
using test::Bench;

namespace {

constexpr auto kConfig = R"({"revision":4,"source":"file","drift":false,"restartNeeded":[],"warnings":[],"secrets":[],
  "effective":{},"written":{"http":{"accessControl":{"groups":{"dev":{"users":["bob"]}},
    "repositories":{"**":{"policies":[{"users":["bob"],"actions":["read"]}],"defaultPolicy":["read"]}},
    "adminPolicy":{"users":["alice"],"actions":["read","create","update","delete"]}}}}})";
constexpr auto kBlocks = R"({"total":2,"items":[
  {"id":"b1","repository":"team/old","pull":true,"mirror":true,"reason":"CVE-2026-1","by":"alice",
   "at":"2026-03-01T12:05:05.120Z"},
  {"id":"b2","repository":"team*","tags":"-debug$","pull":true,"mirror":false}]})";
constexpr auto kSaved = R"({"revision":5,"source":"file","restartNeeded":[],"warnings":[],"saved":true})";

}  // namespace

class AccessTest : public QObject {
  Q_OBJECT

 private:
  static void stock(Bench& bench) {
    bench.reply("GET /users", R"({"total":1,"editable":true,"items":[
      {"name":"bob","groups":["dev"],"admin":false,"hash":"bcrypt","cost":10,"etag":"e1"}]})");
    bench.reply("GET /config", kConfig);
    bench.reply("GET /blocks", kBlocks);
    bench.reply("/access/review", R"({"items":[{"repositories":"**","policies":[],"defaultPolicy":[],
      "anonymousPolicy":[],"precedence":1}],"warnings":[]})");
  }
  static void openTab(QWidget* screen, int tab) { screen->findChild<QTabWidget*>()->setCurrentIndex(tab); }

 private slots:
  void addsAUserOnceBothPasswordsAreTheSame() {
    Bench bench;
    stock(bench);
    bench.reply("POST /users", test::ScriptedReply{.status = 201, .body = R"({"name":"carol","groups":[],"admin":false,
      "hash":"bcrypt","etag":"e2"})"});
    const std::unique_ptr<screens::Screen> screen(screens::makeAccess(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(test::verb(screen.get(), "Add a user…")->isEnabled());
    test::verb(screen.get(), "Add a user…")->trigger();
    auto* sheet = test::dialog(screen.get());
    sheet->findChild<QLineEdit*>("name")->setText("carol");
    sheet->findChild<QLineEdit*>("password")->setText("one two three");
    sheet->findChild<QLineEdit*>("again")->setText("two");
    test::button(sheet, "Add user")->click();
    QTRY_VERIFY(test::says(sheet, "The passwords do not match"));
    QCOMPARE(bench.server.count("POST", "/api/v1/users"), 0);
    sheet->findChild<QLineEdit*>("again")->setText("one two three");
    test::button(sheet, "Add user")->click();
    QTRY_COMPARE(bench.said, QStringList{"carol added and can log in now"});
    QCOMPARE(bench.last("POST", "/users").body, QByteArray(R"({"name":"carol","password":"one two three"})"));
  }

  void changesAUserAsItWasRead() {
    Bench bench;
    stock(bench);
    bench.reply("DELETE /users/bob", test::ScriptedReply{.status = 412, .body = R"({"type":"","title":"","status":412,
      "detail":"Somebody else changed bob."})"});
    const std::unique_ptr<screens::Screen> screen(screens::makeAccess(bench.context()));
    screen->QWidget::show();
    auto* users = test::table(screen.get(), "Users");
    QTRY_COMPARE(users->model()->rowCount(), 1);
    users->selectRow(0);
    test::verb(users, "Remove…")->trigger();
    QVERIFY(bench.asked.startsWith("Remove bob?"));
    bench.agree();
    QTRY_COMPARE(bench.said, QStringList{"Somebody else changed bob."});
    QCOMPARE(bench.last("DELETE", "/users/bob").headers.value("if-match"), QByteArray("\"e1\""));
  }

  void changesOneGroupAndNothingElse() {
    Bench bench;
    stock(bench);
    bench.reply("PATCH /config", kSaved);
    const std::unique_ptr<screens::Screen> screen(screens::makeAccess(bench.context()));
    screen->QWidget::show();
    openTab(screen.get(), 1);
    auto* groups = test::table(screen.get(), "Groups");
    QTRY_COMPARE(groups->model()->rowCount(), 1);
    groups->selectRow(0);
    test::verb(groups, "Change…")->trigger();
    auto* sheet = test::dialog(screen.get());
    QVERIFY(sheet);
    sheet->findChild<QPlainTextEdit*>("users")->setPlainText("bob\ncarol");
    test::button(sheet, "Save")->click();
    QTRY_COMPARE(bench.said, QStringList{"Group dev saved. In effect now."});
    const auto request = bench.last("PATCH", "/config");
    QCOMPARE(request.body, QByteArray(R"({"http":{"accessControl":{"groups":{"dev":{"users":["bob","carol"]}}}}})"));
    QCOMPARE(request.headers.value("if-match"), QByteArray("\"4\""));
  }

  void listsPoliciesWithTheirOrder() {
    Bench bench;
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeAccess(bench.context()));
    screen->QWidget::show();
    openTab(screen.get(), 2);
    auto* policies = test::table(screen.get(), "Policies");
    QTRY_COMPARE(policies->model()->rowCount(), 4);
    QStringList who;
    for (int row = 0; row < 4; ++row) who << policies->model()->index(row, 2).data().toString();
    QVERIFY2(who.contains("bob") && who.contains("any logged-in user") && who.contains("anyone, without login"),
             qPrintable(who.join(", ")));
    QCOMPARE(policies->model()->index(3, 3).data().toString(), QString("Full: push and delete"));
  }

  void saysWhichRuleDecides() {
    Bench bench;
    stock(bench);
    bench.reply("POST /access/explain", R"({"allowed":false,"rule":"http.accessControl.repositories","groups":["dev"],
      "source":"entry","glob":"team/a*","rules":[{"repositories":"team/a*","wins":true},
      {"repositories":"**","wins":false}],"blocks":[]})");
    bench.reply("POST /access/effective", R"({"total":0,"items":[],"admin":false,"groups":[],"globs":[]})");
    const std::unique_ptr<screens::Screen> screen(screens::makeAccess(bench.context()));
    screen->QWidget::show();
    openTab(screen.get(), 3);
    auto* tester = screen->findChild<QTabWidget*>()->widget(3);
    for (auto* edit : tester->findChildren<QLineEdit*>()) {
      edit->setText(edit->placeholderText() == "alice" ? "bob" : "team/app");
    }
    QTRY_VERIFY(test::says(tester, "a rule that grants them nothing of team/a*"));
    QVERIFY(test::says(tester, "team/a* matches, and decides alone: the longest glob wins"));
    QCOMPARE(bench.last("POST", "/access/explain").body,
             QByteArray(R"({"user":"bob","repository":"team/app","action":"read"})"));
  }

  void listsAllBlocksWithAWayBack() {
    Bench bench;
    stock(bench);
    bench.reply("DELETE /blocks/b1", kSaved);
    bench.reply("DELETE /blocks/b2", kSaved);
    const std::unique_ptr<screens::Screen> screen(screens::makeAccess(bench.context()));
    screen->QWidget::show();
    openTab(screen.get(), 4);
    auto* blocks = test::table(screen.get(), "Blocks");
    QTRY_COMPARE(blocks->model()->rowCount(), 2);
    const auto lines = blocks->csv().split("\r\n");
    QVERIFY2(lines[1].startsWith("team/old,It cannot be pulled or mirrored,alice,"), qPrintable(lines[1]));
    QVERIFY2(lines[1].endsWith(",CVE-2026-1"), qPrintable(lines[1]));
    QVERIFY2(lines[2].startsWith("team*,Tags matching -debug$ cannot be pulled,unknown,"), qPrintable(lines[2]));
    blocks->selectAll();
    test::verb(blocks, "Unblock…")->trigger();
    QCOMPARE(bench.asked, QString("Lift 2 blocks?\nteam/old: It cannot be pulled or mirrored\n"
                                  "team*: Tags matching -debug$ cannot be pulled"));
    QCOMPARE(bench.server.count("DELETE", "/api/v1/blocks/b1"), 0);
    bench.agree();
    QTRY_COMPARE(bench.said, QStringList{"2 blocks lifted"});
    QCOMPARE(bench.server.count("DELETE", "/api/v1/blocks/b2"), 1);
  }

  void offersWhatWasTypedBeforeACrash() {
    Bench bench;
    stock(bench);
    std::unique_ptr<screens::Screen> screen(screens::makeAccess(bench.context()));
    const auto openRule = [&screen]() -> QDialog* {
      screen->QWidget::show();
      openTab(screen.get(), 2);
      auto* add = test::verb(screen.get(), "Add a rule…");
      if (!QTest::qWaitFor([add] { return add->isEnabled(); }, console::test::kPatienceMs)) return nullptr;
      add->trigger();
      return test::dialog(screen.get());
    };
    auto* sheet = openRule();
    QVERIFY(sheet);
    QTest::keyClicks(sheet->findChild<QLineEdit*>("users"), "bob");
    QTRY_COMPARE(test::drafts().size(), 1);
    const auto path = test::drafts().front();
    const auto content = test::draftAt(path);
    sheet->reject();
    test::button(screen.get(), "Leave")->click();
    QTRY_VERIFY(test::drafts().isEmpty());
    screen.reset();
    test::leaveDraft(path, content);
    screen.reset(screens::makeAccess(bench.context()));
    sheet = openRule();
    QVERIFY(sheet);
    QTRY_VERIFY(test::says(sheet, "The console crashed before this was saved"));
    QCOMPARE(sheet->findChild<QLineEdit*>("users")->text(), QString());
    test::button(sheet, "Restore")->click();
    QCOMPARE(sheet->findChild<QLineEdit*>("users")->text(), QString("bob"));
    QCOMPARE(sheet->findChild<QLineEdit*>("repositories")->text(), QString("**"));
    QCOMPARE(sheet->findChild<QComboBox*>("actions")->currentText(), QString("Read only: pull"));
    sheet->accept();
    QTRY_VERIFY(test::drafts().isEmpty());
  }

  void keepsNoPassword() {
    Bench bench;
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeAccess(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(test::verb(screen.get(), "Add a user…")->isEnabled());
    test::verb(screen.get(), "Add a user…")->trigger();
    auto* sheet = test::dialog(screen.get());
    QTest::keyClicks(sheet->findChild<QLineEdit*>("name"), "carol");
    QTest::keyClicks(sheet->findChild<QLineEdit*>("password"), "hunter2");
    QTRY_COMPARE(test::drafts().size(), 1);
    QTRY_VERIFY(test::draftAt(test::drafts().front()).contains("carol"));
    QVERIFY(!test::draftAt(test::drafts().front()).contains("hunter2"));
    sheet->accept();
    QTRY_VERIFY(test::drafts().isEmpty());
  }
};

std::unique_ptr<QObject> makeAccessTest() {
  return std::make_unique<AccessTest>();
}

#include "access_test.moc"
