// Greys what it covers: what is shown there is old. It stays usable, as clicks and keys go through.
//
// A QGraphicsOpacityEffect would draw the whole of it into a picture again and again, and what scrolls inside comes out
// as noise.
#pragma once

#include <QWidget>

namespace console::widgets {

class Veil : public QWidget {
  Q_OBJECT

 public:
  // As large as `over`, at all times; hidden at first.
  explicit Veil(QWidget* over);

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace console::widgets
