#include "console/client/endpoint.hpp"

#include <QtTest>

#include "tests.hpp"

using console::client::Endpoint;
using console::client::parseServerUrl;

class EndpointTest : public QObject {
  Q_OBJECT

 private slots:
  void readsWhatAUserTypes_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("url");
    QTest::newRow("host and port") << "cache:5000" << "http://cache:5000";
    QTest::newRow("https") << " https://cache.example.com/ " << "https://cache.example.com/";
    QTest::newRow("below a path") << "https://example.com/larder" << "https://example.com/larder";
    QTest::newRow("IPv6") << "[::1]:5000" << "http://[::1]:5000";
    QTest::newRow("passwords are not kept") << "http://a:b@cache:5000/?x=1#y" << "http://cache:5000/";
    QTest::newRow("nothing") << "  " << "";
    QTest::newRow("another scheme") << "ftp://cache" << "";
    QTest::newRow("no host") << "http://" << "";
    QTest::newRow("no port") << "cache:port" << "";
  }
  void readsWhatAUserTypes() {
    QFETCH(QString, typed);
    QFETCH(QString, url);
    const auto parsed = parseServerUrl(typed);
    QCOMPARE(parsed ? parsed->toString() : QString(), url);
  }

  void knowsThePrefixOfAnAddress() {
    for (const auto* plain : {"http://cache:5000", "http://cache:5000/", "http://cache:5000//"}) {
      QCOMPARE(console::client::prefixOf(QUrl(plain)), QString());
    }
    QCOMPARE(console::client::prefixOf(QUrl("https://example.com/apps/larder/")), QString("/apps/larder"));
  }

  void findsTheApiBelowAPath() {
    Endpoint endpoint;
    endpoint.url = QUrl("https://example.com/larder/");
    QCOMPARE(endpoint.apiUrl("/sync/rules").toString(), QString("https://example.com/larder/api/v1/sync/rules"));
    QCOMPARE(endpoint.liveUrl().toString(), QString("wss://example.com/larder/api/v1/live"));
    QCOMPARE(endpoint.apiUrl("/users/" + QString("a%2Fb")).toEncoded(),
             QByteArray("https://example.com/larder/api/v1/users/a%2Fb"));
  }
};

std::unique_ptr<QObject> makeEndpointTest() {
  return std::make_unique<EndpointTest>();
}

#include "endpoint_test.moc"
