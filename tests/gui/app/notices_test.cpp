#include "notices.hpp"

#include <QtTest>

#include "tests.hpp"

using namespace console;
using models::Tone;

class NoticesTest : public QObject {
  Q_OBJECT

 private slots:
  void tellsOnceWhatLasts() {
    QStringList told;
    app::Notices notices([&told](const QString& text, Tone) { told << text; });
    notices.show("cache", {{"serving", Tone::Good}});
    QVERIFY(told.isEmpty());
    for (int i = 0; i < 3; ++i) notices.show("cache", {{"upstream ghcr.io down", Tone::Bad}});
    QCOMPARE(told, QStringList{"cache: upstream ghcr.io down"});
    // Another one is told beside it.
    notices.show("cache", {{"upstream ghcr.io down", Tone::Bad}, {"restart needed", Tone::Warn}});
    QCOMPARE(told.size(), 2);
  }

  void tellsOfEachServer() {
    QStringList told;
    app::Notices notices([&told](const QString& text, Tone) { told << text; });
    for (int i = 0; i < 2; ++i) {
      notices.show("one", {{"upstream ghcr.io down", Tone::Bad}});
      notices.show("two", {{"upstream ghcr.io down", Tone::Bad}});
    }
    QCOMPARE(told, (QStringList{"one: upstream ghcr.io down", "two: upstream ghcr.io down"}));
  }

  void isQuietAboutWhatComesAndGoes() {
    QStringList told;
    app::Notices notices([&told](const QString& text, Tone) { told << text; });
    for (int i = 0; i < 5; ++i) {
      notices.show("cache", {{"upstream ghcr.io down", Tone::Bad}});
      notices.show("cache", {{"serving", Tone::Good}});
    }
    QCOMPARE(told.size(), 1);
    const auto later = QDateTime::currentDateTimeUtc().addSecs(601);
    notices.happened("cache: upstream ghcr.io down", Tone::Bad, later);
    QCOMPARE(told.size(), 2);
    notices.happened("cache: upstream ghcr.io down", Tone::Bad, later.addSecs(5));
    QCOMPARE(told.size(), 2);
  }
};

std::unique_ptr<QObject> makeNoticesTest() {
  return std::make_unique<NoticesTest>();
}

#include "notices_test.moc"
