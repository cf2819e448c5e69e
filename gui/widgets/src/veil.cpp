#include "console/widgets/veil.hpp"

#include <QEvent>
#include <QPainter>

namespace console::widgets {
namespace {

constexpr double kCovered = 0.45;

}  // namespace

Veil::Veil(QWidget* over) : QWidget(over) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setFocusPolicy(Qt::NoFocus);
  hide();
  over->installEventFilter(this);
}

void Veil::paintEvent(QPaintEvent*) {
  auto color = palette().color(QPalette::Window);
  color.setAlphaF(kCovered);
  QPainter(this).fillRect(rect(), color);
}

bool Veil::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parent() && event->type() == QEvent::Resize) resize(parentWidget()->size());
  return false;
}

}  // namespace console::widgets
