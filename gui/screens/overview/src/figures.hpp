// What a glance has to tell: five figures with the course of each.
#pragma once

#include <QWidget>

#include "console/client/connection.hpp"
#include "console/models/metrics_window.hpp"
#include "console/widgets/basics.hpp"
#include "console/widgets/series_chart.hpp"

namespace console::screens {

class Figure : public widgets::Panel {
  Q_OBJECT

 public:
  explicit Figure(const QString& title);
  void set(const QString& value, const QString& about);
  void setValues(std::vector<double> values) { sparkline_->setValues(std::move(values)); }
  void setUse(double used, double limit) { meter_->set(used, limit); }
  widgets::Pill* pill() { return pill_; }

 private:
  QLabel* value_;
  QLabel* about_;
  widgets::Pill* pill_;
  widgets::Meter* meter_;
  widgets::Sparkline* sparkline_;
};

class Figures : public QWidget {
  Q_OBJECT

 public:
  Figures(client::Connection& connection, models::MetricsWindow& metrics);
  // Of the running downloads.
  void setTransfers(int running, double bytesPerSecond);

 private:
  void showStatus();
  void showStorage(const larder::apitypes::StorageUse& storage);
  void showCourses();

  client::Connection& connection_;
  models::MetricsWindow& metrics_;
  Figure* hits_;
  Figure* saved_;
  Figure* memory_;
  Figure* storage_;
  Figure* downloads_;
};

}  // namespace console::screens
