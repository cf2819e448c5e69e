#include "console/models/format.hpp"

#include <QtTest>

#include "console/client/text.hpp"
#include "support/faces.hpp"
#include "tests.hpp"

namespace models = console::models;
using console::client::text;
using Json = larder::apitypes::Json;

namespace {

QString written(const std::string& call, const Json& of) {
  const auto number = of.is_number() ? of.get<double>() : models::kUnknown;
  if (call == "bytes") return models::bytes(number);
  if (call == "rate") return models::rate(number);
  if (call == "count") return models::count(number);
  if (call == "compact") return models::compact(number);
  if (call == "percent") return models::percent(number);
  if (call == "duration") return models::duration(number);
  if (call == "shortDigest") return models::shortDigest(of.get<std::string>());
  if (call != "relative") return "no such call";
  const auto now = QDateTime::fromString("2026-03-01T12:00:00Z", Qt::ISODate);
  return models::relative(QDateTime::fromString(text(of.get<std::string>()), Qt::ISODate), now);
}

}  // namespace

class FormatTest : public QObject {
  Q_OBJECT

 private slots:
  // vitest holds the dashboard to the same cases.
  void writesAsTheDashboardDoes() {
    for (const auto& one : console::test::readFace("format.json")) {
      const auto got = written(one["call"].get<std::string>(), one["of"]);
      QVERIFY2(got == text(one["is"].get<std::string>()),
               QByteArray::fromStdString(one.dump()) + " got " + got.toUtf8());
    }
  }

  void writesTimesWithTheirZone() {
    const QDateTime time(QDate(2026, 3, 1), QTime(9, 5, 7));
    QCOMPARE(models::absolute(time), QString("2026-03-01 09:05:07 UTC"));
    QCOMPARE(models::clock(time, QDateTime(QDate(2026, 3, 1), QTime(23, 0))), QString("09:05:07 UTC"));
    QCOMPARE(models::clock(time, QDateTime(QDate(2026, 3, 2), QTime(1, 0))), QString("2026-03-01 09:05:07 UTC"));
    QCOMPARE(models::absolute(QDateTime()), QString("–"));
  }
};

std::unique_ptr<QObject> makeFormatTest() {
  return std::make_unique<FormatTest>();
}

#include "format_test.moc"
