#include "console/screens/mirrors.hpp"

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

constexpr auto kRules = R"({"total":1,"items":[{"id":"r1","index":0,"polls":true,"paused":false,"upstreams":[],
  "hasCredentials":false,"config":{"urls":["a.example"],"onDemand":true}}]})";
constexpr auto kRuleSchema = R"({"type":"object","properties":{"extensions":{"type":"object","properties":{
  "sync":{"type":"object","properties":{"registries":{"type":"array","items":{"type":"object","properties":{
    "urls":{"type":"array","title":"URLs","items":{"type":"string"}},
    "onDemand":{"type":"boolean","title":"On demand"},
    "pollInterval":{"type":"string","title":"Poll interval"}}}}}}}}}})";

}  // namespace

class MirrorsTest : public QObject {
  Q_OBJECT

 private:
  static void stock(Bench& bench) {
    bench.reply("GET /sync/rules", kRules);
    bench.reply("/config/schema", kRuleSchema);
    bench.reply("/credentials", R"({"total":0,"items":[],"editable":true})");
    bench.reply("/sync/presets", R"({"total":2,"items":[
      {"id":"docker-hub","title":"Docker Hub","urls":["https:\/\/registry-1.docker.io"],"credentials":"optional",
       "content":[{"prefix":"**","destination":"/docker.io"}],"note":"Anonymous pulls are limited.","rule":{}},
      {"id":"quay","title":"Quay","urls":["https:\/\/quay.io"],"credentials":"none","content":[],
       "rule":{"maxRetries":3}}]})");
    bench.reply("/sync/runs", R"({"total":0,"items":[]})");
  }
  static void openAddSheet(screens::Screen& screen) {
    screen.resize(1000, 700);
    screen.QWidget::show();
    auto* add = test::verb(&screen, "Add a mirror");
    QTRY_VERIFY(add->isEnabled());
    add->trigger();
  }
  static QDialog* editRule(QWidget* screen) {
    auto* rules = test::table(screen, "Rules");
    if (!QTest::qWaitFor([&] { return rules->model()->rowCount() == 1; }, console::test::kPatienceMs)) return nullptr;
    rules->selectRow(0);
    auto* edit = test::verb(rules, "Edit");
    if (!QTest::qWaitFor([&] { return edit->isEnabled(); }, console::test::kPatienceMs)) return nullptr;
    edit->trigger();
    return test::dialog(screen);
  }

 private slots:
  void saysWhichUpstreamServesAName() {
    Bench bench;
    stock(bench);
    bench.reply("/sync/explain", R"({"repository":"docker.io/nginx","reference":"1.27","stored":false,"steps":[
      {"rule":"r1","index":0,"upstream":"a.example","name":"library/nginx","urls":["u1","u2"]}]})");
    const std::unique_ptr<screens::Screen> screen(screens::makeMirrors(bench.context()));
    screen->QWidget::show();
    auto* tabs = screen->findChild<QTabWidget*>();
    tabs->setCurrentIndex(1);
    tabs->widget(1)->findChild<QLineEdit*>()->setText("nginx:1.27");
    QTRY_VERIFY(test::says(screen.get(), "Stored as docker.io/nginx:1.27, not stored yet"));
    QCOMPARE(test::table(screen.get(), "Tried in this order")->model()->rowCount(), 2);
    QVERIFY(bench.last("GET", "/sync/explain").target.contains("image=nginx%3A1.27"));
  }

  void addsAMirrorFromAPreset() {
    Bench bench;
    stock(bench);
    bench.reply("/credentials",
                R"({"total":1,"items":[{"host":"docker.io","username":"bot","etag":"e1"}],"editable":true})");
    bench.reply("POST /sync/test", R"({"total":1,"items":[{"url":"https:\/\/registry-1.docker.io","ok":true,
      "reachable":true,"login":"accepted","tookMs":120,"rateRemaining":200}]})");
    bench.reply("POST /sync/rules",
                {.status = 422, .body = R"({"type":"","title":"Invalid","status":422,"detail":"Invalid.","errors":[
      {"path":"extensions.sync.registries[1].urls","message":"This is no URL."}]})"});
    bench.reply("PUT /credentials/docker.io", {.status = 204, .body = {}});
    const std::unique_ptr<screens::Screen> screen(screens::makeMirrors(bench.context()));
    openAddSheet(*screen);
    auto* sheet = test::dialog(screen.get());
    QVERIFY(sheet && !test::button(sheet, "Add mirror")->isEnabled());
    QTRY_VERIFY(test::button(sheet, "Quay"));
    // Quay asks nobody to log in.
    test::button(sheet, "Quay")->click();
    QVERIFY(!sheet->findChild<QLineEdit*>("username")->isVisible());
    test::button(sheet, "Docker Hub")->click();
    QVERIFY(test::says(sheet, "Anonymous pulls are limited."));
    QVERIFY(test::says(sheet, "docker.io/library/alpine is listed here as docker.io/library/alpine"));
    QTRY_VERIFY(test::says(sheet, "the stored login of bot is used"));
    sheet->findChild<QLineEdit*>("username")->setText("alice");
    sheet->findChild<QLineEdit*>("password")->setText("hunter2");
    // Tried with what was typed, stored nowhere yet.
    test::button(sheet, "Test with these credentials")->click();
    QTRY_VERIFY(test::says(sheet, "login accepted, 200 pulls left"));
    const QByteArray rule(
        "{\"onDemand\":true,\"urls\":[\"https://registry-1.docker.io\"],"
        "\"content\":[{\"prefix\":\"**\",\"destination\":\"/docker.io\"}]}");
    QCOMPARE(bench.last("POST", "/sync/test").body,
             QByteArray(R"({"rule":)" + rule + R"(,"credentials":{"username":"alice","password":"hunter2"}})"));
    QCOMPARE(bench.server.count("PUT", "/api/v1/credentials/docker.io"), 0);
    test::button(sheet, "Add mirror")->click();
    QTRY_VERIFY(test::says(sheet, "Not saved: urls This is no URL."));
    QCOMPARE(bench.last("PUT", "/credentials/docker.io").headers.value("if-match"), QByteArray("\"e1\""));
    bench.reply("POST /sync/rules",
                R"({"revision":8,"source":"file","restartNeeded":[],"warnings":[],"saved":true,"id":"r2"})");
    test::button(sheet, "Add mirror")->click();
    QTRY_VERIFY(bench.said.join(' ').contains("Mirror added, with credentials for docker.io"));
    QCOMPARE(bench.last("POST", "/sync/rules").body, rule);
    QTRY_VERIFY(!test::dialog(screen.get()));
  }

  void opensAllSettingsWithWhatWasChosen() {
    Bench bench;
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeMirrors(bench.context()));
    openAddSheet(*screen);
    QTRY_VERIFY(test::button(test::dialog(screen.get()), "Quay"));
    test::button(test::dialog(screen.get()), "Quay")->click();
    test::button(test::dialog(screen.get()), "All settings")->click();
    QTRY_VERIFY(screen->findChild<QPlainTextEdit*>("urls"));
    QCOMPARE(screen->findChild<QPlainTextEdit*>("urls")->toPlainText(), QStringLiteral("https://quay.io"));
    QVERIFY(!screen->unsaved().isEmpty());
  }

  void previewsTheRuleAsItIsEditedAndDoesNotSaveIt() {
    Bench bench;
    stock(bench);
    bench.reply("POST /sync/preview", R"({"repository":"library/redis","total":2,"taken":1,"items":[
      {"tag":"7","taken":true},{"tag":"7-rc","taken":false,"reason":"no semver"}]})");
    const std::unique_ptr<screens::Screen> screen(screens::makeMirrors(bench.context()));
    screen->QWidget::show();
    auto* editor = editRule(screen.get());
    QVERIFY(editor);
    QTest::keyClicks(editor->findChild<QLineEdit*>("pollInterval"), "1h");
    auto* tabs = editor->findChild<QTabWidget*>();
    tabs->setCurrentIndex(2);
    auto* repository = tabs->widget(2)->findChild<QLineEdit*>();
    QTest::keyClicks(repository, "library/redis");
    QTest::keyClick(repository, Qt::Key_Return);
    QTRY_VERIFY(test::says(editor, "1 of 2 tags included"));
    QCOMPARE(bench.last("POST", "/sync/preview").body,
             QByteArray(R"({"rule":{"urls":["a.example"],"onDemand":true,"pollInterval":"1h"},)"
                        R"("repository":"library/redis"})"));
    QCOMPARE(bench.server.count("PUT", "/api/v1/sync/rules/r1"), 0);
    QVERIFY(editor->isVisible());
  }

  void keepsWhatWasMergedWhereTheRawJsonIsOpen() {
    Bench bench;
    stock(bench);
    bench.reply("PUT /sync/rules/r1", test::ScriptedReply{.status = 412, .body = R"({"type":"","title":"","status":412,
      "detail":"Changed.","conflict":{"revision":5,"theirs":{"urls":["b.example"]},
      "merged":{"urls":["b.example"],"pollInterval":"2h"},"changes":[],"conflicts":[],"removed":false,
      "baseUnknown":false}})"});
    const std::unique_ptr<screens::Screen> screen(screens::makeMirrors(bench.context()));
    screen->QWidget::show();
    auto* editor = editRule(screen.get());
    QVERIFY(editor);
    auto* tabs = editor->findChild<QTabWidget*>();
    tabs->setCurrentIndex(1);
    tabs->widget(1)->setFocus();
    qobject_cast<QPlainTextEdit*>(tabs->widget(1))->setPlainText(R"({"urls":["a.example"],"pollInterval":"2h"})");
    test::button(editor, "Save")->click();
    QTRY_VERIFY(test::button(editor, "Take the merged rule into the form"));
    test::button(editor, "Take the merged rule into the form")->click();
    bench.reply("PUT /sync/rules/r1", R"({"revision":6,"source":"file","restartNeeded":[],"warnings":[],"saved":true,
      "id":"r1"})");
    test::button(editor, "Save")->click();
    QTRY_COMPARE(bench.said, QStringList{"Rule saved. In effect now."});
    const auto request = bench.last("PUT", "/sync/rules/r1");
    QCOMPARE(request.body, QByteArray(R"({"urls":["b.example"],"pollInterval":"2h"})"));
    QCOMPARE(request.headers.value("if-match"), QByteArray("\"5\""));
  }

  void takesUpTheRuleThatACrashLeft() {
    Bench bench;
    stock(bench);
    bench.reply("GET /sync/rules", test::ScriptedReply{.body = kRules, .headers = {{"ETag", "\"4\""}}});
    QVERIFY(test::drafts().isEmpty());
    std::unique_ptr<screens::Screen> screen(screens::makeMirrors(bench.context()));
    screen->QWidget::show();
    auto* editor = editRule(screen.get());
    QVERIFY(editor);
    QTest::keyClicks(editor->findChild<QLineEdit*>("pollInterval"), "3h");
    QTRY_COMPARE(test::drafts().size(), 1);
    const auto path = test::drafts().front();
    QTRY_VERIFY(test::draftAt(path).contains("3h"));
    const auto content = test::draftAt(path);
    // Closed in order, after it has asked.
    editor->reject();
    test::button(screen.get(), "Leave")->click();
    QTRY_VERIFY(test::drafts().isEmpty());
    screen.reset();
    test::leaveDraft(path, content);

    // Somebody else has saved meanwhile.
    bench.reply("GET /sync/rules", test::ScriptedReply{.body = kRules, .headers = {{"ETag", "\"5\""}}});
    bench.reply("PUT /sync/rules/r1", R"({"revision":6,"source":"file","restartNeeded":[],"warnings":[],"saved":true,
      "id":"r1"})");
    screen.reset(screens::makeMirrors(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(test::says(screen.get(), "The console crashed while you were editing a rule"));
    test::button(screen.get(), "Take them up")->click();
    editor = test::dialog(screen.get());
    QVERIFY(editor && editor->windowTitle() == "Rule 1");
    QCOMPARE(editor->findChild<QLineEdit*>("pollInterval")->text(), QStringLiteral("3h"));
    QVERIFY(!screen->unsaved().isEmpty());
    test::button(editor, "Save")->click();
    QTRY_VERIFY(!bench.said.isEmpty());
    // It is saved upon the revision that it began with, for the daemon to merge.
    QCOMPARE(bench.last("PUT", "/sync/rules/r1").headers.value("if-match"), QByteArray("\"4\""));
    QTRY_VERIFY(test::drafts().isEmpty());
  }

  void takesUpTheMirrorThatACrashLeft() {
    Bench bench;
    stock(bench);
    std::unique_ptr<screens::Screen> screen(screens::makeMirrors(bench.context()));
    screen->QWidget::show();
    openAddSheet(*screen);
    QTest::keyClicks(test::dialog(screen.get())->findChild<QLineEdit*>("urls"), "https://new.example");
    QTest::keyClicks(test::dialog(screen.get())->findChild<QLineEdit*>("password"), "hunter2");
    QTRY_COMPARE(test::drafts().size(), 1);
    const auto path = test::drafts().front();
    QTRY_VERIFY(test::draftAt(path).contains("new.example"));
    const auto content = test::draftAt(path);
    QVERIFY(!content.contains("hunter2"));
    test::dialog(screen.get())->reject();
    test::button(screen.get(), "Leave")->click();
    QTRY_VERIFY(test::drafts().isEmpty());
    screen.reset();
    test::leaveDraft(path, content);

    screen.reset(screens::makeMirrors(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(test::says(screen.get(), "The console crashed while you were editing a rule"));
    test::button(screen.get(), "Take them up")->click();
    auto* editor = test::dialog(screen.get());
    QVERIFY(editor && editor->windowTitle() == "Add a mirror");
    QTRY_COMPARE(editor->findChild<QPlainTextEdit*>("urls")->toPlainText(), QStringLiteral("https://new.example"));
    editor->reject();
    test::button(screen.get(), "Leave")->click();
    QTRY_VERIFY(test::drafts().isEmpty());
  }

  void asksBeforeTypedJsonIsLost() {
    Bench bench;
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeMirrors(bench.context()));
    screen->QWidget::show();
    auto* editor = editRule(screen.get());
    QVERIFY(editor);
    auto* tabs = editor->findChild<QTabWidget*>();
    tabs->setCurrentIndex(1);
    QTest::keyClicks(tabs->widget(1), "{");
    QVERIFY(!screen->unsaved().isEmpty());
    editor->reject();
    QVERIFY(editor->isVisible());
    QVERIFY(test::button(screen.get(), "Leave"));
    test::button(screen.get(), "Leave")->click();
    QTRY_VERIFY(test::drafts().isEmpty());
  }
};

std::unique_ptr<QObject> makeMirrorsTest() {
  return std::make_unique<MirrorsTest>();
}

#include "mirrors_test.moc"
