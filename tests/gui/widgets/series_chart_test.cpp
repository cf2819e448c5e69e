#include "console/widgets/series_chart.hpp"

#include <QSignalSpy>
#include <cmath>
#include <ctime>

#include "console/widgets/theme.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using namespace console::widgets;

namespace {

// A line between two rows of pixels has its own colour in none of them.
bool isLike(const QColor& one, const QColor& other) {
  return std::abs(one.red() - other.red()) + std::abs(one.green() - other.green()) +
             std::abs(one.blue() - other.blue()) <
         200;
}

int pixelsOf(const QImage& image, const QColor& color, const QRect& area) {
  int found = 0;
  for (int y = area.top(); y <= area.bottom(); ++y) {
    for (int x = area.left(); x <= area.right(); ++x) found += isLike(image.pixelColor(x, y), color) ? 1 : 0;
  }
  return found;
}

}  // namespace

class SeriesChartTest : public QObject {
  Q_OBJECT

 private slots:
  void leavesGapsEmpty() {
    SeriesChart chart;
    chart.resize(800, 240);
    std::vector<double> values(600, 5.0);
    for (std::size_t i = 200; i < 400; ++i) values[i] = NAN;
    chart.setData(QDateTime::currentDateTime(), 1000, {{"Served", values}});
    const auto image = chart.grab().toImage();
    const auto color = seriesColor(0, chart.palette());
    const int plot = image.width() - 120;
    const auto inside = [&](int third) {
      return pixelsOf(image, color, QRect(110 + plot * third / 3 + 20, 40, plot / 3 - 50, image.height() - 80));
    };
    QVERIFY(inside(0) > 50);
    QCOMPARE(inside(1), 0);
    QVERIFY(inside(2) > 50);
  }

  void saysTheHoveredStep() {
    SeriesChart chart;
    chart.resize(600, 200);
    chart.setData(QDateTime::currentDateTime(), 1000, {{"Served", std::vector<double>(600, 1.0)}});
    chart.show();
    QSignalSpy hovered(&chart, &SeriesChart::hovered);
    QTest::mouseMove(&chart, QPoint(300, 100));
    QTRY_VERIFY(!hovered.isEmpty());
    const int step = hovered.back().front().toInt();
    QVERIFY(step > 100 && step < 400);
  }

  void saysThatThereIsNothing() {
    SeriesChart chart;
    chart.setData(QDateTime::currentDateTime(), 1000, {});
    QVERIFY(!chart.grab().isNull());
  }

  // Ten series of 600 points that change each second, by the time of the processor.
  void paintsTenSeriesQuickly() {
    SeriesChart chart;
    chart.resize(1000, 300);
    std::vector<ChartSeries> series;
    for (int i = 0; i < 10; ++i) {
      ChartSeries one{QString::number(i), {}};
      for (int step = 0; step < 600; ++step) one.values.push_back(std::sin(step * 0.05 + i) * 50 + 60);
      series.push_back(std::move(one));
    }
    chart.setData(QDateTime::currentDateTime(), 1000, series);
    QImage image(chart.size(), QImage::Format_ARGB32_Premultiplied);
    const auto start = std::clock();
    constexpr int kRounds = 20;
    for (int i = 0; i < kRounds; ++i) chart.render(&image);
    const double each = static_cast<double>(std::clock() - start) * 1000 / CLOCKS_PER_SEC / kRounds;
    qInfo("one redraw of 10 series of 600 points: %.2f ms", each);
    QVERIFY(each < 100);
  }
};

std::unique_ptr<QObject> makeSeriesChartTest() {
  return std::make_unique<SeriesChartTest>();
}

#include "series_chart_test.moc"
