#include "console/desktop/profile_file.hpp"

#include <QSettings>
#include <QtTest>

#include "tests.hpp"

using namespace console::desktop;

namespace {

const QByteArray kSha256(32, '\x2a');

Profile cache(const QString& name) {
  Profile profile;
  profile.name = name;
  profile.url = "https://cache.example.com:5000";
  return profile;
}

}  // namespace

class ProfileFileTest : public QObject {
  Q_OBJECT

 private slots:
  void init() { QSettings().clear(); }
  void cleanup() { QSettings().clear(); }

  void bringsAllOfAProfileBack() {
    auto first = cache("eu");
    first.group = "production";
    first.user = "alice";
    first.production = first.readOnly = true;
    first.keepPassword = false;
    first.pinnedSha256 = kSha256;
    auto second = cache("in a cluster");
    second.url = "http://127.0.0.1";
    second.forward = {.context = "prod", .space = "larder", .target = "svc/larder", .port = 5001};
    Profiles here;
    here.save(first);
    here.save(second);
    here.setColor("production", 4);
    const auto file = readProfiles(writeProfiles(allOf(here)));
    QVERIFY2(file, file ? "" : qPrintable(file.error()));
    QCOMPARE(file->profiles, here.all());
    QCOMPARE(file->colors, (QMap<QString, int>{{"production", 4}}));
  }

  void writesNoSecret() {
    auto profile = cache("eu");
    profile.url = "https://alice:hunter2@cache.example.com:5000/a@b";
    const auto content = writeProfiles({.profiles = {profile}, .colors = {}});
    QVERIFY2(!content.contains("hunter2") && !content.contains("alice"), content.constData());
    QCOMPARE(readProfiles(content)->profiles.front().url, QString("https://cache.example.com:5000/a@b"));
  }

  void saysWhatIsWrongAndWhere_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("error");
    const auto of = [](const QByteArray& profiles) {
      return QByteArray(R"({"larderProfiles": 1, "profiles": [%1]})").replace("%1", profiles);
    };
    const auto with = [of](const QByteArray& member) {
      return of(QByteArray(R"({"name": "eu", "url": "https:\/\/cache", %1})").replace("%1", member));
    };
    const QByteArray good = R"({"name": "eu", "url": "https:\/\/cache"})";
    QTest::newRow("other JSON") << QByteArray("{}") << "This is not a profile file of larder-console.";
    QTest::newRow("newer") << QByteArray(R"({"larderProfiles": 2, "profiles": []})")
                           << "This file was written by a newer larder-console.";
    QTest::newRow("no object") << of("5") << "profiles[0]: must be an object";
    QTest::newRow("no name") << of(R"({"url": "https:\/\/cache"})") << "profiles[0].name: is missing";
    QTest::newRow("no server") << of(R"({"name": "eu", "url": "ftp:\/\/cache"})")
                               << "profiles[0].url: must be an http or https address";
    QTest::newRow("no flag") << with(R"("production": 1)") << "profiles[0].production: must be true or false";
    QTest::newRow("no hash") << with(R"("pinnedSha256": "2a2a")")
                             << "profiles[0].pinnedSha256: must be a SHA-256 in hex";
    QTest::newRow("no CA") << with(R"("caCertificate": "x")")
                           << "profiles[0].caCertificate: must be a certificate in PEM";
    QTest::newRow("no port") << with(R"("portForward": {"target": "svc/larder", "port": 0})")
                             << "profiles[0].portForward.port: must be between 1 and 65535";
    QTest::newRow("twice") << of(good + ", " + good) << "profiles[1].name: eu appears twice";
  }
  void saysWhatIsWrongAndWhere() {
    QFETCH(QByteArray, content);
    const auto file = readProfiles(content);
    QVERIFY(!file);
    QTEST(file.error(), "error");
  }

  void saysWhatTakingItWouldDo() {
    Profiles here;
    here.save(cache("eu"));
    QCOMPARE(fateOf(cache("us"), here), Import::Adds);
    QCOMPARE(fateOf(cache("eu"), here), Import::Same);
    auto other = cache("eu");
    other.url = "https://elsewhere";
    other.pinnedSha256 = kSha256;
    QCOMPARE(fateOf(other, here), Import::Replaces);
    QCOMPARE(differences(*here.find("eu"), other), (QStringList{"address", "pinned certificate"}));
  }

  void takesThoseThatAreNamed() {
    Profiles here;
    auto known = cache("eu");
    known.group = "production";
    here.save(known);
    here.setColor("production", 2);
    auto other = known;
    other.url = "https://elsewhere";
    auto fresh = cache("us");
    fresh.group = "production";
    auto lab = cache("lab");
    lab.group = "lab";
    const ProfileFile file{.profiles = {other, fresh, lab}, .colors = {{"production", 5}, {"lab", 3}}};
    take(file, {"us", "lab"}, here);
    QCOMPARE(here.find("eu")->url, known.url);
    QVERIFY(here.find("us") && here.find("lab"));
    QCOMPARE(here.colorOf("production"), 2);
    QCOMPARE(here.colorOf("lab"), 3);
    take(file, {"eu"}, here);
    QCOMPARE(here.find("eu")->url, other.url);
  }
};

std::unique_ptr<QObject> makeProfileFileTest() {
  return std::make_unique<ProfileFileTest>();
}

#include "profile_file_test.moc"
