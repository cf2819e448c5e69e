// A time chart of several series with one unit: hover values, gaps, a legend with the values of now.
//
// Painted here rather than by a chart library: those that there are for Qt 6.4 are GPL-3, and ten series of 600 points
// take 18 ms to draw even in a debug build (gui.widgets has a benchmark).
#pragma once

#include <QDateTime>
#include <QWidget>
#include <functional>
#include <vector>

namespace console::widgets {

struct ChartSeries {
  QString label;
  std::vector<double> values;  // one for each step; NaN: a gap
};

class SeriesChart : public QWidget {
  Q_OBJECT

 public:
  explicit SeriesChart(QWidget* parent = nullptr);

  void setFormat(std::function<QString(double)> format) { format_ = std::move(format); }
  // Sizes: the scale's steps are powers of two.
  void setBinary(bool binary) { binary_ = binary; }
  // The top of the scale if the values stay below it: 1 for a ratio.
  void setLeastTop(double top) { leastTop_ = top; }
  void setData(const QDateTime& start, qint64 stepMs, std::vector<ChartSeries> series);
  // The step that is shown in the legend; -1: the last.
  void setHover(int step);

  QSize sizeHint() const override { return {480, 220}; }
  QSize minimumSizeHint() const override { return {240, 140}; }

 signals:
  void hovered(int step);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  int steps() const;
  QRectF plotArea() const;
  double top() const;
  double stepOfScale(double top) const;
  QString shown(double value) const;
  void paintGrid(QPainter& painter, const QRectF& plot, double top) const;
  void paintTimes(QPainter& painter, const QRectF& plot) const;
  void paintSeries(QPainter& painter, const QRectF& plot, double top) const;
  void paintLegend(QPainter& painter) const;

  std::function<QString(double)> format_;
  bool binary_ = false;
  double leastTop_ = 0;
  QDateTime start_;
  qint64 stepMs_ = 1000;
  std::vector<ChartSeries> series_;
  int hover_ = -1;
};

// The course of one figure, without axes; the figure itself is beside it as text.
class Sparkline : public QWidget {
  Q_OBJECT

 public:
  explicit Sparkline(QWidget* parent = nullptr);
  void setValues(std::vector<double> values);
  QSize sizeHint() const override { return {120, 28}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<double> values_;
};

// How much of a limit is used, as a bar.
class Meter : public QWidget {
  Q_OBJECT

 public:
  explicit Meter(QWidget* parent = nullptr);
  void set(double used, double limit);
  QSize sizeHint() const override { return {120, 6}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  double share_ = 0;
};

}  // namespace console::widgets
