#include <QtTest>

#include "console/desktop/link.hpp"
#include "tests.hpp"

using namespace console::desktop;

class LinkTest : public QObject {
  Q_OBJECT

 private slots:
  void namesAPlace_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("screen");
    QTest::addColumn<QString>("query");
    QTest::newRow("server") << "larder://cache" << "cache" << "" << "";
    QTest::newRow("screen") << "larder://Cache.example.com:5000/transfers" << "cache.example.com:5000" << "transfers"
                            << "";
    QTest::newRow("repository") << "larder://cache:5000/repositories/library/alpine" << "cache:5000" << "repositories"
                                << "name=library%2Falpine";
    QTest::newRow("as the dashboard has it")
        << "larder://cache:5000/repositories?name=library%2Falpine" << "cache:5000" << "repositories"
        << "name=library%2Falpine";
    QTest::newRow("setting") << "larder://cache/configuration/storage.gcInterval" << "cache" << "configuration"
                             << "q=storage.gcInterval";
    QTest::newRow("nobody's password") << "larder://alice:secret@cache/mirrors" << "cache" << "mirrors" << "";
    QTest::newRow("IPv6") << "larder://[::1]:5000/overview" << "[::1]:5000" << "overview" << "";
  }
  void namesAPlace() {
    QFETCH(QString, text);
    const auto link = parseLink(QUrl(text, QUrl::StrictMode));
    QVERIFY(link);
    QTEST(link->address(), "address");
    Profile profile;
    profile.url = "http://" + link->address();
    const auto place = link->placeAt(profile);
    QVERIFY(place);
    QTEST(place->screen, "screen");
    QTEST(place->query.toString(QUrl::FullyEncoded), "query");
  }

  void namesAPlaceBelowAPrefix() {
    Profile profile;
    profile.url = "https://cache.example.com/larder";
    const auto place = parse("larder://cache.example.com/larder/repositories/library/alpine?ref=3").placeAt(profile);
    QVERIFY(place);
    QCOMPARE(place->screen, QString("repositories"));
    QCOMPARE(place->query.queryItemValue("name", QUrl::FullyDecoded), QString("library/alpine"));
    QCOMPARE(place->query.queryItemValue("ref"), QString("3"));
  }

  void takesNothingElse_data() {
    QTest::addColumn<QString>("text");
    for (const auto* one :
         {"", "larder:", "larder:///mirrors", "http://cache/mirrors", "cache:5000", "larder://a b/"}) {
      QTest::newRow(one) << one;
    }
    QTest::newRow("long") << "larder://cache/" + QString(5000, 'a');
  }
  void takesNothingElse() {
    QFETCH(QString, text);
    QVERIFY(!parseLink(QUrl(text, QUrl::StrictMode)));
  }

  void findsItsProfile() {
    Profile profile;
    profile.url = "https://cache.example.com";
    QVERIFY(parse("larder://cache.example.com/mirrors").fits(profile));
    QVERIFY(parse("larder://cache.example.com:443/mirrors").fits(profile));
    QVERIFY(!parse("larder://cache.example.com:5000/mirrors").fits(profile));
    QVERIFY(!parse("larder://other.example.com/mirrors").fits(profile));
    profile.url = "Cache:5000";
    QVERIFY(parse("larder://cache:5000").fits(profile));
    QVERIFY(parse("larder://cache").fits(profile));
    profile.url = "https://cache.example.com/apps/larder/";
    QVERIFY(parse("larder://cache.example.com/apps/larder").fits(profile));
    QVERIFY(parse("larder://cache.example.com/apps/larder/mirrors").fits(profile));
    QVERIFY(!parse("larder://cache.example.com/mirrors").fits(profile));
    QVERIFY(!parse("larder://cache.example.com/apps/larder2/mirrors").fits(profile));
    profile.url = "no address at all";
    QVERIFY(!parse("larder://cache").fits(profile));
  }

 private:
  static Link parse(const char* text) { return parseLink(QUrl(text)).value(); }
};

std::unique_ptr<QObject> makeLinkTest() {
  return std::make_unique<LinkTest>();
}

#include "link_test.moc"
