#include "console/screens/configuration.hpp"

#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRadioButton>
#include <QStandardPaths>
#include <QTabWidget>

#include "bench.hpp"
#include "drafts.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using namespace console;
using test::Bench;

namespace {

QByteArray configOf(int revision, const QByteArray& level) {
  return R"({"revision":)" + QByteArray::number(revision) +
         R"(,"source":"file","drift":false,"restartNeeded":[],"warnings":[],"secrets":[],"effective":{},
         "written":{"log":{"level":")" +
         level + R"("},"http":{"realm":"x"}}})";
}
constexpr auto kSchema = R"({"type":"object","properties":{
  "log":{"type":"object","title":"Log","properties":{"level":{"type":"string","title":"Level"}}},
  "http":{"type":"object","title":"HTTP","properties":{"realm":{"type":"string","title":"Realm"}}}}})";
constexpr auto kValid = R"({"valid":true,"errors":[],"warnings":[],"restartNeeded":["log.level"],
  "changes":[{"path":"log.level","kind":"changed","before":"info","after":"debug"}]})";
constexpr auto kSavedDraft = R"({"revision":8,"source":"file","restartNeeded":[],"warnings":[],"saved":true})";

}  // namespace

class ConfigurationTest : public QObject {
  Q_OBJECT

 private:
  static void stock(Bench& bench) {
    bench.reply("GET /config", configOf(7, "info"));
    bench.reply("/config/schema", kSchema);
    bench.reply("/config/validate", kValid);
    bench.reply("/config/history", R"({"total":2,"items":[
      {"revision":7,"at":"2026-01-02T00:00:00Z","by":"alice","origin":"api","paths":["log.level"]},
      {"revision":6,"at":"2026-01-01T00:00:00Z","by":"","origin":"start","paths":[]}]})");
    bench.reply("/config/diff", R"({"from":6,"to":7,"changes":[]})");
    bench.reply("/config/drift", R"({"source":"file","changes":[],"overlay":{},"warnings":[]})");
    bench.reply("/config/export", "{}");
  }
  static void setLevel(QWidget* screen, const QString& level) {
    QTRY_VERIFY(screen->findChild<QLineEdit*>("log.level"));
    auto* edit = screen->findChild<QLineEdit*>("log.level");
    edit->selectAll();
    QTest::keyClicks(edit, level);
  }
  static QDialog* review(QWidget* screen) {
    test::button(screen, "Review and save")->click();
    return test::dialog(screen);
  }

 private slots:
  void savesUponTheRevisionThatItBeganWith() {
    Bench bench;
    stock(bench);
    bench.reply("PATCH /config", kSavedDraft);
    const std::unique_ptr<screens::Screen> screen(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    QVERIFY(screen->unsaved().isEmpty());
    setLevel(screen.get(), "debug");
    QVERIFY(!screen->unsaved().isEmpty());
    auto* dialog = review(screen.get());
    QVERIFY(dialog);
    QTRY_VERIFY(test::says(dialog, "Takes effect after a restart: log.level"));
    QTRY_VERIFY(test::button(dialog, "Save")->isEnabled());
    test::button(dialog, "Save")->click();
    QTRY_COMPARE(bench.said, QStringList{"Saved. In effect now."});
    const auto request = bench.last("PATCH", "/config");
    QCOMPARE(request.body, QByteArray(R"({"log":{"level":"debug"}})"));
    QCOMPARE(request.headers.value("if-match"), QByteArray("\"7\""));
    QVERIFY(screen->unsaved().isEmpty());
  }

  void takesUpWhatACrashLeft() {
    Bench bench;
    stock(bench);
    bench.reply("/config/schema", R"({"type":"object","properties":{
      "log":{"type":"object","title":"Log","properties":{"level":{"type":"string","title":"Level"},
                                                          "token":{"type":"string","title":"Token","x-secret":true}}}}})");
    QVERIFY(test::drafts().isEmpty());
    std::unique_ptr<screens::Screen> screen(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(screen->findChild<QLineEdit*>("log.token"));
    QTest::keyClicks(screen->findChild<QLineEdit*>("log.token"), "hunter2");
    setLevel(screen.get(), "debug");
    QTRY_COMPARE(test::drafts().size(), 1);
    const auto path = test::drafts().front();
    QTRY_VERIFY(test::draftAt(path).contains("debug"));
    const auto content = test::draftAt(path);
    QVERIFY(!content.contains("hunter2"));
    QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    // Closed in order, it leaves nothing.
    screen.reset();
    QTRY_VERIFY(test::drafts().isEmpty());
    test::leaveDraft(path, content);
    // Somebody else has saved meanwhile: it is merged upon the revision that it began with.
    bench.reply("GET /config", configOf(9, "info"));
    bench.reply("/config/merge/preview", R"({"base":7,"revision":9,"valid":true,"merged":{},"conflicts":[],
      "mine":[],"theirs":[],"result":[],"errors":[],"warnings":[],"restartNeeded":[]})");
    screen.reset(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(test::says(screen.get(), "Changes that were not saved"));
    QVERIFY(screen->unsaved().isEmpty());
    test::button(screen.get(), "Take them up")->click();
    QVERIFY(!screen->unsaved().isEmpty());
    QTRY_COMPARE(screen->findChild<QLineEdit*>("log.level")->text(), QStringLiteral("debug"));
    QTRY_VERIFY(bench.last("POST", "/config/merge/preview").body.contains(R"("base":7)"));
    test::button(screen.get(), "Discard")->click();
    QTRY_VERIFY(test::drafts().isEmpty());
  }

  void takesWhatIsCopiedToIt() {
    Bench bench;
    stock(bench);
    bench.reply("PATCH /config", kSavedDraft);
    const std::unique_ptr<screens::Screen> screen(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    // Before it is known what is written.
    qobject_cast<screens::ConfigurationScreen*>(screen.get())
        ->take({{"log", {{"level", "warn"}}}, {"http", {{"realm", "x"}}}});
    QTRY_VERIFY(!screen->unsaved().isEmpty());
    auto* dialog = review(screen.get());
    QTRY_VERIFY(test::button(dialog, "Save")->isEnabled());
    test::button(dialog, "Save")->click();
    QTRY_COMPARE(bench.said.size(), 1);
    const auto request = bench.last("PATCH", "/config");
    QCOMPARE(request.body, QByteArray(R"({"log":{"level":"warn"}})"));
    QCOMPARE(request.headers.value("if-match"), QByteArray("\"7\""));
  }

  void keepsTheFieldThatIsTypedIn() {
    Bench bench;
    stock(bench);
    bench.reply("/config/validate", R"({"valid":false,"warnings":[],"restartNeeded":[],"changes":[],
      "errors":[{"path":"log.level","message":"is no level","hint":"one of debug, info"}]})");
    const std::unique_ptr<screens::Screen> screen(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    setLevel(screen.get(), "deb");
    const QPointer<QLineEdit> edit = screen->findChild<QLineEdit*>("log.level");
    QTRY_VERIFY(test::says(screen.get(), "is no level (one of debug, info)"));
    QVERIFY(edit);
    QCOMPARE(edit->text(), QString("deb"));
  }

  void mergesWithWhatSomebodyElseSaved() {
    Bench bench;
    stock(bench);
    bench.reply("PATCH /config", test::ScriptedReply{.status = 412, .body = R"({"type":"","title":"","status":412,
      "detail":"Somebody else saved."})"});
    const std::unique_ptr<screens::Screen> screen(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    setLevel(screen.get(), "debug");
    auto* dialog = review(screen.get());
    QTRY_VERIFY(test::button(dialog, "Save")->isEnabled());
    bench.reply("GET /config", configOf(9, "warn"));
    bench.reply("/config/merge/preview", R"({"base":7,"revision":9,"valid":true,"merged":{},"mine":[],"theirs":[],
      "result":[],"errors":[],"warnings":[],"restartNeeded":[],
      "conflicts":[{"id":"c1","path":"log.level","before":"info","theirs":"warn","mine":"debug"}]})");
    bench.reply("POST /config/merge", kSavedDraft);
    test::button(dialog, "Save")->click();
    QTRY_VERIFY(test::says(dialog, "Somebody else saved while you were editing"));
    QVERIFY(!test::button(dialog, "Save")->isEnabled());
    dialog->findChild<QRadioButton*>("mine:log.level")->click();
    QTRY_VERIFY(test::button(dialog, "Save")->isEnabled());
    test::button(dialog, "Save")->click();
    QTRY_COMPARE(bench.said, QStringList{"Saved. In effect now."});
    const auto request = bench.last("POST", "/config/merge");
    QCOMPARE(request.body, QByteArray(R"({"base":7,"patch":{"log":{"level":"debug"}},"choices":{"c1":"mine"}})"));
    QCOMPARE(request.headers.value("if-match"), QByteArray("\"9\""));
  }

  void findsASettingByAWord() {
    Bench bench;
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    QTRY_VERIFY(screen->findChild<QLineEdit*>("log.level"));
    screen->show(QUrlQuery("q=realm"));
    QTRY_VERIFY(screen->findChild<QLineEdit*>("http.realm"));
    QVERIFY(!screen->findChild<QLineEdit*>("log.level"));
  }

  void tellsBrokenJsonFromADraft() {
    Bench bench;
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    auto* tabs = screen->findChild<QTabWidget*>();
    tabs->setCurrentIndex(1);
    auto* json = tabs->widget(1)->findChild<QPlainTextEdit*>();
    QTRY_VERIFY(json->toPlainText().contains("realm"));
    json->setPlainText("{\"log\":");
    QTRY_VERIFY(!screen->unsaved().isEmpty());
    QCOMPARE(bench.server.count("POST", "/api/v1/config/validate"), 0);
    json->setPlainText(R"({"log":{"level":"debug"},"http":{"realm":"x"}})");
    QTRY_COMPARE(bench.server.count("POST", "/api/v1/config/validate"), 1);
  }

  void showsWhatARevertWouldDoBeforeItIsDone() {
    Bench bench;
    stock(bench);
    bench.reply("/config/revert/preview", R"({"base":7,"revision":7,"valid":true,"merged":{},"mine":[],"theirs":[],
      "result":[{"path":"log.level","kind":"changed","before":"info","after":"warn"}],"errors":[],"warnings":[],
      "restartNeeded":[],"conflicts":[]})");
    bench.reply("POST /config/revert", kSavedDraft);
    const std::unique_ptr<screens::Screen> screen(screens::makeConfiguration(bench.context()));
    screen->QWidget::show();
    screen->findChild<QTabWidget*>()->setCurrentIndex(2);
    auto* revisions = test::table(screen.get(), "Revisions");
    QTRY_COMPARE(revisions->model()->rowCount(), 2);
    revisions->selectRow(0);
    // It is in effect: there is nothing to restore.
    QVERIFY(!test::verb(screen.get(), "Restore this version…")->isEnabled());
    test::verb(screen.get(), "Revert this change…")->trigger();
    auto* plan = test::dialog(screen.get());
    QTRY_VERIFY(test::button(plan, "Revert this change")->isEnabled());
    QCOMPARE(bench.server.count("POST", "/api/v1/config/revert"), 0);
    test::button(plan, "Revert this change")->click();
    QTRY_COMPARE(bench.said, QStringList{"Reverted the change of revision 7. In effect now."});
    QCOMPARE(bench.last("POST", "/config/revert").headers.value("if-match"), QByteArray("\"7\""));
  }
};

std::unique_ptr<QObject> makeConfigurationTest() {
  return std::make_unique<ConfigurationTest>();
}

#include "configuration_test.moc"
