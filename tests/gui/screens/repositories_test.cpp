#include "console/screens/repositories.hpp"

#include <QAbstractItemModelTester>
#include <QLineEdit>

#include "bench.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using namespace console;
using test::Bench;

namespace {

constexpr auto kRepositories = R"({"total":2,"items":[
  {"name":"library/nginx","origin":{"host":"docker.io","name":"library/nginx"},"sizeBytes":1024,"tags":2,"pulls":5,
   "createdAt":"2026-01-01T00:00:00Z"},
  {"name":"team/app","sizeBytes":2048,"tags":1,"pulls":0,"createdAt":"2026-01-01T00:00:00Z"}]})";
constexpr auto kDetail = R"({"name":"team/app","sizeBytes":2048,"tags":2,"pulls":0,"createdAt":"2026-01-01T00:00:00Z",
  "manifests":3,"ownBytes":1024,"may":["read","delete"],"blocks":[]})";
constexpr auto kTags = R"({"total":2,"items":[
  {"name":"v1","digest":"sha256:1111111111111111","mediaType":"application/vnd.oci.image.manifest.v1+json","pulls":0,
   "pushedAt":"2026-01-01T00:00:00Z","cached":false,"pinned":false,"sizeBytes":1000,"ownBytes":600,"sharedBytes":400},
  {"name":"v2","digest":"sha256:2222222222222222","mediaType":"application/vnd.oci.image.index.v1+json","pulls":3,
   "pushedAt":"2026-01-01T00:00:00Z","cached":true,"pinned":true,"sizeBytes":1000,"ownBytes":424,"sharedBytes":576}]})";
constexpr auto kManifest = R"({"repository":"team/app","reference":"v1","tags":["v1"],"pulls":0,
  "pushedAt":"2026-01-01T00:00:00Z","cached":false,"pinned":false,"truncated":false,
  "pull":[{"client":"docker","command":"docker pull cache/team/app:v1"}],
  "root":{"digest":"sha256:1111111111111111","mediaType":"application/vnd.oci.image.manifest.v1+json","sizeBytes":400,
    "stored":true,"totalBytes":1000,"storedBytes":1000,
    "config":{"digest":"sha256:cc","mediaType":"application/vnd.oci.image.config.v1+json","sizeBytes":100,
              "stored":true,"shared":false},
    "layers":[{"digest":"sha256:aa","mediaType":"x","sizeBytes":700,"stored":true,"shared":true},
              {"digest":"sha256:aa","mediaType":"x","sizeBytes":700,"stored":true,"shared":true}]}})";
constexpr auto kImage = R"({"digest":"sha256:1111111111111111","platform":{"os":"linux","architecture":"amd64"},
  "labels":{"<b>who</b>":"<i>me</i>"},"env":["PATH=/bin"],"entrypoint":["/app"],"cmd":[],"exposedPorts":[],"volumes":[],
  "history":[{"createdBy":"COPY app /","empty":false,"sizeBytes":700}]})";

}  // namespace

class RepositoriesTest : public QObject {
  Q_OBJECT

 private:
  static void stock(Bench& bench) {
    bench.reply("/repositories", kRepositories);
    bench.reply("GET /repository", kDetail);
    bench.reply("/tags", kTags);
    bench.reply("GET /manifest", kManifest);
    bench.reply("/image", kImage);
    bench.reply("/referrers", R"({"total":0,"items":[]})");
  }
  static void openTeamApp(QWidget* screen) {
    static_cast<screens::Screen*>(screen)->show(QUrlQuery("name=team%2Fapp"));
    QTRY_COMPARE(test::table(screen, "Tags")->model()->rowCount(), 2);
    QTRY_VERIFY(test::says(screen, "2 tags"));
  }

 private slots:
  void letsTheDaemonSearchAndSort() {
    Bench bench;
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeRepositories(bench.context()));
    screen->QWidget::show();
    auto* table = test::table(screen.get(), "Repositories");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    table->sortBy("size", Qt::DescendingOrder);
    QTRY_VERIFY(bench.last("GET", "/repositories").target.contains("sort=size&order=desc"));
    for (auto* edit : screen->findChildren<QLineEdit*>()) {
      if (edit->accessibleName() == "Search repositories") edit->setText("ngi");
    }
    QTRY_VERIFY(bench.last("GET", "/repositories").target.contains("q=ngi"));
  }

  void saysWhatGoesBeforeRepositoriesAreRemoved() {
    Bench bench;
    stock(bench);
    bench.reply("DELETE /repository", test::ScriptedReply{.status = 204, .body = ""});
    const std::unique_ptr<screens::Screen> screen(screens::makeRepositories(bench.context()));
    screen->QWidget::show();
    auto* table = test::table(screen.get(), "Repositories");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QVERIFY(!test::verb(table, "Remove…")->isEnabled());
    table->selectAll();
    test::verb(table, "Remove…")->trigger();
    QVERIFY2(bench.asked.startsWith("Remove 2 repositories?"), qPrintable(bench.asked));
    QVERIFY2(bench.asked.contains("3.0 KiB"), qPrintable(bench.asked));
    QVERIFY2(bench.asked.contains("1 of them was pushed here and cannot be fetched again"), qPrintable(bench.asked));
    QCOMPARE(bench.server.count("DELETE", "/api/v1/repository"), 0);
    bench.agree();
    QTRY_COMPARE(bench.server.count("DELETE", "/api/v1/repository"), 2);
    QTRY_COMPARE(bench.said, QStringList{"2 repositories removed"});
  }

  void saysHowManyWereDoneWhenOneFails() {
    Bench bench;
    stock(bench);
    bench.reply(
        "DELETE /repository",
        test::ScriptedReply{.status = 409, .body = R"({"type":"","title":"","status":409,"detail":"In use."})"});
    const std::unique_ptr<screens::Screen> screen(screens::makeRepositories(bench.context()));
    screen->QWidget::show();
    auto* table = test::table(screen.get(), "Repositories");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    table->selectAll();
    test::verb(table, "Remove…")->trigger();
    bench.agree();
    QTRY_COMPARE(bench.said, QStringList{"0 repositories removed, 2 not: In use."});
    QCOMPARE(bench.server.count("DELETE", "/api/v1/repository"), 1);
  }

  void pinsTheChosenTags() {
    Bench bench;
    stock(bench);
    bench.reply("PUT /pins", test::ScriptedReply{.status = 204, .body = ""});
    const std::unique_ptr<screens::Screen> screen(screens::makeRepositories(bench.context()));
    screen->QWidget::show();
    openTeamApp(screen.get());
    auto* tags = test::table(screen.get(), "Tags");
    tags->selectAll();
    // One of them was pushed here: there is no upstream to ask.
    QVERIFY(!test::verb(tags, "Recheck")->isEnabled());
    test::verb(tags, "Pin")->trigger();
    QTRY_COMPARE(bench.said, QStringList{"2 tags pinned"});
    QVERIFY(bench.last("PUT", "/pins").target.contains("repository=team%2Fapp&reference=v2"));
  }

  void showsAnImageAsTextAlone() {
    Bench bench;
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeRepositories(bench.context()));
    screen->QWidget::show();
    openTeamApp(screen.get());
    test::table(screen.get(), "Tags")->selectKey("v1");
    QTRY_VERIFY(test::says(screen.get(), "<i>me</i>"));
    for (const auto* label : screen->findChildren<QLabel*>()) {
      if (label->text().contains("<i>")) QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    QVERIFY(test::says(screen.get(), "1000 B, all cached"));
  }

  void offersNothingToAReader() {
    Bench bench(false);
    stock(bench);
    const std::unique_ptr<screens::Screen> screen(screens::makeRepositories(bench.context()));
    screen->QWidget::show();
    auto* table = test::table(screen.get(), "Repositories");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    table->selectAll();
    for (const auto* words : {"Remove…", "Block…", "Prefetch an image…"}) {
      QVERIFY2(!test::verb(table, words)->isEnabled(), words);
    }
  }

  void keepsWhatWasTypedUntilABlockIsSaved() {
    Bench bench;
    stock(bench);
    bench.reply("POST /blocks", test::ScriptedReply{.status = 422, .body = R"({"type":"","title":"Invalid","status":422,
      "detail":"Not valid.","errors":[{"path":"larder.blocked[0].tags","message":"is no regular expression"}]})"});
    const std::unique_ptr<screens::Screen> screen(screens::makeRepositories(bench.context()));
    screen->QWidget::show();
    openTeamApp(screen.get());
    test::button(screen.get(), "Block…")->click();
    auto* sheet = test::dialog(screen.get());
    QVERIFY(sheet);
    sheet->findChild<QLineEdit*>("tags")->setText("(");
    test::button(sheet, "Block")->click();
    QTRY_VERIFY(test::says(sheet, "is no regular expression"));
    QCOMPARE(sheet->findChild<QLineEdit*>("tags")->text(), QString("("));
    bench.reply("POST /blocks",
                R"({"revision":7,"source":"file","restartNeeded":[],"warnings":[],"saved":true,"id":"b"})");
    test::button(sheet, "Block")->click();
    QTRY_COMPARE(bench.said.size(), 1);
    QCOMPARE(bench.said.front(), QString("team/app blocked. In effect now."));
  }
};

std::unique_ptr<QObject> makeRepositoriesTest() {
  return std::make_unique<RepositoriesTest>();
}

#include "repositories_test.moc"
