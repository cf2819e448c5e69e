// A bar for each request of a pull: its wait for a turn, the time to the first byte, the transfer.
#pragma once

#include <QWidget>

#include "larder/apitypes/activity.hpp"

namespace console::screens {

class Waterfall : public QWidget {
  Q_OBJECT

 public:
  explicit Waterfall(QWidget* parent = nullptr);
  void show(const larder::apitypes::Pull& pull);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  int rowHeight() const { return fontMetrics().height() + 6; }
  larder::apitypes::Pull pull_;
};

}  // namespace console::screens
