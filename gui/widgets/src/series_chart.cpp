#include "console/widgets/series_chart.hpp"

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>

#include "console/models/format.hpp"
#include "console/widgets/theme.hpp"

namespace console::widgets {
namespace {

constexpr int kScaleLines = 5;
constexpr double kLineWidth = 1.5;
// QPainter fills the outline of a line that is wider than a pixel, which takes several times as long as to draw one.
constexpr std::size_t kManyValues = 1500;

// Runs of values without a gap, as polylines; a value between two gaps is a point.
template <class Point>
void paintRuns(QPainter& painter, const std::vector<double>& values, const Point& pointOf, double width) {
  QPolygonF run;
  const auto flush = [&] {
    if (run.size() > 1) painter.drawPolyline(run);
    if (run.size() == 1) {
      painter.save();
      painter.setPen(QPen(painter.pen().color(), width * 2.5, Qt::SolidLine, Qt::RoundCap));
      painter.drawPoint(run.front());
      painter.restore();
    }
    run.clear();
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      flush();
    } else {
      run << pointOf(static_cast<int>(i), values[i]);
    }
  }
  flush();
}

}  // namespace

SeriesChart::SeriesChart(QWidget* parent)
    : QWidget(parent), format_([](double value) { return models::compact(value); }) {
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void SeriesChart::setData(const QDateTime& start, qint64 stepMs, std::vector<ChartSeries> series) {
  start_ = start;
  stepMs_ = std::max<qint64>(1, stepMs);
  series_ = std::move(series);
  QStringList now;
  for (const auto& one : series_) now << one.label + ' ' + (one.values.empty() ? shown(NAN) : shown(one.values.back()));
  setAccessibleDescription(now.join(", "));
  update();
}

void SeriesChart::setHover(int step) {
  if (hover_ == step) return;
  hover_ = step;
  update();
}

int SeriesChart::steps() const {
  std::size_t most = 0;
  for (const auto& one : series_) most = std::max(most, one.values.size());
  return static_cast<int>(most);
}

QString SeriesChart::shown(double value) const {
  return std::isnan(value) ? QStringLiteral("–") : format_(value);
}

QRectF SeriesChart::plotArea() const {
  const auto metrics = fontMetrics();
  const double left = metrics.horizontalAdvance("000.0 MiB/s") + 14;
  return QRectF(rect()).adjusted(left, metrics.height() + 14, -14, -metrics.height() - 10);
}

double SeriesChart::top() const {
  double most = leastTop_;
  for (const auto& one : series_) {
    for (double value : one.values) {
      if (value > most) most = value;  // false for NaN
    }
  }
  return most > 0 ? most * (leastTop_ > 0 && most <= leastTop_ ? 1.0 : 1.08) : 1;
}

double SeriesChart::stepOfScale(double top) const {
  const double rough = top / kScaleLines;
  if (binary_) return std::exp2(std::ceil(std::log2(std::max(1.0, rough))));
  const double ten = std::pow(10, std::floor(std::log10(rough)));
  for (double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (rough <= ten * factor) return ten * factor;
  }
  return ten * 10;
}

void SeriesChart::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const auto plot = plotArea();
  if (steps() < 2 || plot.width() < 20 || plot.height() < 20) {
    painter.setPen(mutedColor(palette()));
    painter.drawText(rect(), Qt::AlignCenter, tr("Nothing sampled yet"));
    return;
  }
  const double most = top();
  paintGrid(painter, plot, most);
  paintTimes(painter, plot);
  paintSeries(painter, plot, most);
  paintLegend(painter);
}

void SeriesChart::paintGrid(QPainter& painter, const QRectF& plot, double most) const {
  const double step = stepOfScale(most);
  for (int line = 0; line * step <= most; line++) {
    const double value = line * step;
    const double y = std::round(plot.bottom() - value / most * plot.height()) + 0.5;
    painter.setPen(borderColor(palette()));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    painter.setPen(mutedColor(palette()));
    painter.drawText(QRectF(0, y - 12, plot.left() - 8, 24), Qt::AlignRight | Qt::AlignVCenter, shown(value));
  }
}

void SeriesChart::paintTimes(QPainter& painter, const QRectF& plot) const {
  const qint64 span = stepMs_ * (steps() - 1);
  static constexpr std::array<qint64, 14> kSteps{60'000,     120'000,     300'000,     600'000,    1'800'000,
                                                 3'600'000,  7'200'000,   14'400'000,  21'600'000, 43'200'000,
                                                 86'400'000, 172'800'000, 345'600'000, 604'800'000};
  const auto wanted = static_cast<qint64>(static_cast<double>(span) / std::max(1.0, plot.width() / 90));
  qint64 step = kSteps.back();
  for (auto one : kSteps) {
    if (one >= wanted) {
      step = one;
      break;
    }
  }
  const qint64 first = start_.toMSecsSinceEpoch();
  const qint64 offset = start_.offsetFromUtc() * 1000LL;
  painter.setPen(mutedColor(palette()));
  for (qint64 at = (first + offset + step - 1) / step * step - offset; at <= first + span; at += step) {
    const double x = plot.left() + static_cast<double>(at - first) / static_cast<double>(span) * plot.width();
    const auto time = QDateTime::fromMSecsSinceEpoch(at);
    const auto text = step >= 86'400'000 ? time.toString("MM-dd") : time.toString("HH:mm");
    painter.drawText(QRectF(x - 45, plot.bottom() + 4, 90, fontMetrics().height()), Qt::AlignHCenter, text);
  }
}

void SeriesChart::paintSeries(QPainter& painter, const QRectF& plot, double most) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const int count = steps();
  const auto pointOf = [&](int step, double value) {
    return QPointF(plot.left() + plot.width() * step / (count - 1), plot.bottom() - value / most * plot.height());
  };
  const double width = series_.size() * static_cast<std::size_t>(count) > kManyValues ? 0 : kLineWidth;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    painter.setPen(QPen(seriesColor(static_cast<int>(i), palette()), width));
    paintRuns(painter, series_[i].values, pointOf, kLineWidth);
  }
  if (hover_ >= 0 && hover_ < count) {
    const double x = pointOf(hover_, 0).x();
    painter.setPen(mutedColor(palette()));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    painter.setPen(Qt::NoPen);
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const auto& values = series_[i].values;
      if (hover_ >= static_cast<int>(values.size()) || std::isnan(values[static_cast<std::size_t>(hover_)])) continue;
      painter.setBrush(seriesColor(static_cast<int>(i), palette()));
      painter.drawEllipse(pointOf(hover_, values[static_cast<std::size_t>(hover_)]), 3, 3);
    }
  }
  painter.restore();
}

void SeriesChart::paintLegend(QPainter& painter) const {
  const int step = hover_ >= 0 ? hover_ : steps() - 1;
  const auto metrics = fontMetrics();
  double x = plotArea().left();
  const double y = 4;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const auto& values = series_[i].values;
    const auto value = step < static_cast<int>(values.size()) ? values[static_cast<std::size_t>(step)] : NAN;
    const auto text = series_[i].label + "  " + shown(value);
    painter.setPen(QPen(seriesColor(static_cast<int>(i), palette()), 3));
    painter.drawLine(QPointF(x, y + metrics.height() / 2.0), QPointF(x + 14, y + metrics.height() / 2.0));
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QPointF(x + 20, y + metrics.ascent()), text);
    x += 20 + metrics.horizontalAdvance(text) + 24;
    if (x > width() - 60) break;
  }
  if (hover_ < 0) return;
  painter.setPen(mutedColor(palette()));
  painter.drawText(QRectF(0, y, width() - 14, metrics.height()), Qt::AlignRight,
                   models::absolute(start_.addMSecs(stepMs_ * hover_)));
}

void SeriesChart::mouseMoveEvent(QMouseEvent* event) {
  const auto plot = plotArea();
  const int count = steps();
  if (count < 2) return;
  const double share = (event->position().x() - plot.left()) / plot.width();
  const int step = share < 0 || share > 1 ? -1 : static_cast<int>(std::lround(share * (count - 1)));
  setHover(step);
  emit hovered(step);
}

void SeriesChart::leaveEvent(QEvent*) {
  setHover(-1);
  emit hovered(-1);
}

Sparkline::Sparkline(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Sparkline::setValues(std::vector<double> values) {
  // A young daemon has no values before it started: that is no gap in them.
  const auto first = std::ranges::find_if(values, [](double value) { return !std::isnan(value); });
  values.erase(values.begin(), first);
  values_ = std::move(values);
  update();
}

void Sparkline::paintEvent(QPaintEvent*) {
  if (values_.size() < 2) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  double most = 1e-9;
  for (double value : values_) {
    if (value > most) most = value;
  }
  const auto pointOf = [&](int step, double value) {
    return QPointF(width() * static_cast<double>(step) / static_cast<double>(values_.size() - 1),
                   height() - 2 - value / most * (height() - 4));
  };
  painter.setPen(QPen(seriesColor(0, palette()), 1.2));
  paintRuns(painter, values_, pointOf, 1.2);
}

Meter::Meter(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Meter::set(double used, double limit) {
  share_ = limit > 0 ? std::clamp(used / limit, 0.0, 1.0) : 0;
  if (parentWidget()) setVisible(limit > 0);
  update();
}

void Meter::paintEvent(QPaintEvent*) {
  using models::Tone;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(toneFill(Tone::Unknown, palette()));
  painter.drawRoundedRect(rect(), 3, 3);
  const auto tone = share_ > 0.95 ? Tone::Bad : share_ > 0.85 ? Tone::Warn : Tone::Info;
  painter.setBrush(toneColor(tone, palette()));
  painter.drawRoundedRect(QRectF(0, 0, width() * share_, height()), 3, 3);
}

}  // namespace console::widgets
