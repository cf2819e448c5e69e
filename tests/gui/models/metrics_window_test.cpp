#include "console/models/metrics_window.hpp"

#include <QtTest>
#include <cmath>

#include "tests.hpp"

using namespace console::models;
namespace api = larder::apitypes;
using std::chrono::seconds;

namespace {

api::MetricsHistory historyOf(std::vector<float> values) {
  api::MetricsHistory history;
  history.stepMs = 1000;
  history.startAt = api::Time(seconds(1'000'000));
  history.series.push_back(
      {"served", "Served", api::Unit::BytesPerSecond, "sum(rate(served_bytes[3s]))", std::move(values)});
  return history;
}

}  // namespace

class MetricsWindowTest : public QObject {
  Q_OBJECT

 private slots:
  void readsTheWindowOfAQuery() {
    QCOMPARE(windowMs("sum(rate(x[1m]))"), 60'000);
    QCOMPARE(windowMs("rate(x[30s])"), 30'000);
    QCOMPARE(windowMs("x"), 0);
  }

  void smoothsAsPrometheusWould() {
    const auto history = historyOf({3, 3, 9, NAN, 6, 0});
    const auto values = smoothed(history.series.front(), history.stepMs);
    QCOMPARE(values[0], 3.0);
    QCOMPARE(values[2], 5.0);
    QVERIFY(std::isnan(values[3]));
    QCOMPARE(values[4], 7.5);
  }

  void doesNotSmoothWhatIsNoRate() {
    auto history = historyOf({1, 5});
    history.series.front().unit = api::Unit::Bytes;
    QCOMPARE(smoothed(history.series.front(), 1000), (Values{1, 5}));
  }

  void fillsTheWindowOfAYoungDaemon() {
    auto history = historyOf({1, 2});
    fillWindow(history, api::Time(seconds(1'000'010)));
    QCOMPARE(history.series.front().values.size(), std::size_t{600});
    QVERIFY(std::isnan(history.series.front().values[597]));
    QCOMPARE(history.series.front().values[599], 2.0f);
    QVERIFY(history.startAt == api::Time(seconds(1'000'001 - 599)));
  }

  void movesOnWithEachSampleAndLeavesGaps() {
    auto history = historyOf({1, 2, 3});
    append(history, {api::Time(seconds(1'000'003)), {{"served", 4}}});
    QCOMPARE(history.series.front().values, (std::vector<float>{2, 3, 4}));
    append(history, {api::Time(seconds(1'000'005)), {{"served", 6}}});
    const auto& values = history.series.front().values;
    QCOMPARE(values[0], 4.0f);
    QVERIFY(std::isnan(values[1]));
    QCOMPARE(values[2], 6.0f);
    // A sample of a series that this window does not know, and one from before it.
    append(history, {api::Time(seconds(1'000'006)), {{"other", 1}}});
    append(history, {api::Time(seconds(1)), {{"served", 1}}});
    QVERIFY(std::isnan(history.series.front().values[2]));
    QCOMPARE(history.series.front().values[1], 6.0f);
    // Long away.
    append(history, {api::Time(seconds(2'000'000)), {{"served", 7}}});
    QCOMPARE(history.series.front().values.size(), std::size_t{3});
    QCOMPARE(history.series.front().values[2], 7.0f);
  }

  void drawsOverASingleMissingStep() {
    const auto values = bridged({1, NAN, 3, NAN, NAN, 6});
    QCOMPARE(values[1], 2.0);
    QVERIFY(std::isnan(values[3]) && std::isnan(values[4]));
  }
};

std::unique_ptr<QObject> makeMetricsWindowTest() {
  return std::make_unique<MetricsWindowTest>();
}

#include "metrics_window_test.moc"
