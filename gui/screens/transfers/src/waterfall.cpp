#include "waterfall.hpp"

#include <QPainter>
#include <algorithm>

#include "columns.hpp"
#include "console/models/format.hpp"
#include "console/widgets/theme.hpp"

namespace console::screens {
namespace {

constexpr int kNameWidth = 150;
constexpr int kTimeWidth = 80;

}  // namespace

Waterfall::Waterfall(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Waterfall of the requests"));
}

void Waterfall::show(const larder::apitypes::Pull& pull) {
  pull_ = pull;
  QStringList parts;
  for (const auto& one : pull_.transfers) {
    parts << tr("%1: waited %2, first byte %3, took %4")
                 .arg(nameOf(one), models::duration(static_cast<double>(one.waitedMs)),
                      models::duration(static_cast<double>(one.firstByteMs)),
                      models::duration(static_cast<double>(one.tookMs)));
  }
  setAccessibleDescription(parts.join("; "));
  updateGeometry();
  update();
}

QSize Waterfall::sizeHint() const {
  return {400, static_cast<int>(pull_.transfers.size() + 1) * rowHeight() + 4};
}

void Waterfall::paintEvent(QPaintEvent*) {
  using widgets::seriesColor;
  QPainter painter(this);
  auto start = pull_.startedAt;
  auto end = pull_.endedAt;
  for (const auto& one : pull_.transfers) {
    start = std::min(start, one.startedAt);
    end = std::max(end, one.endedAt);
  }
  const auto ms = [](auto span) {
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
  };
  const double span = std::max(1.0, ms(end - start));
  const double room = width() - kNameWidth - kTimeWidth - 16;
  const auto wait = widgets::mutedColor(palette());
  const auto first = seriesColor(1, palette());
  const auto data = seriesColor(0, palette());
  const auto failed = widgets::toneColor(models::Tone::Bad, palette());
  int y = 0;
  for (const auto& one : pull_.transfers) {
    painter.setPen(palette().color(QPalette::Text));
    painter.setFont(widgets::monoFont(font()));
    painter.drawText(QRect(0, y, kNameWidth, rowHeight()), Qt::AlignVCenter | Qt::AlignLeft, nameOf(one));
    painter.setFont(font());
    const auto took = static_cast<double>(one.tookMs);
    const double waited = std::min(static_cast<double>(one.waitedMs), took);
    const double head = std::clamp(static_cast<double>(one.firstByteMs) - waited, 0.0, took - waited);
    double x = kNameWidth + 8 + ms(one.startedAt - start) / span * room;
    const auto part = [&](double length, const QColor& color) {
      const double broad = length / span * room;
      painter.fillRect(QRectF(x, y + 4, std::max(broad, length > 0 ? 1.0 : 0.0), rowHeight() - 8), color);
      x += broad;
    };
    part(waited, wait);
    part(head, first);
    part(took - waited - head, one.outcome == larder::apitypes::EndedOutcome::Failed ? failed : data);
    painter.drawText(QRect(width() - kTimeWidth, y, kTimeWidth, rowHeight()), Qt::AlignVCenter | Qt::AlignRight,
                     models::duration(took));
    y += rowHeight();
  }
  int x = kNameWidth + 8;
  const auto legend = [&](const QColor& color, const QString& words) {
    painter.fillRect(QRect(x, y + 6, 10, rowHeight() - 12), color);
    painter.setPen(wait);
    painter.drawText(QPoint(x + 14, y + 3 + fontMetrics().ascent()), words);
    x += 14 + fontMetrics().horizontalAdvance(words) + 18;
  };
  legend(wait, tr("waiting for a turn"));
  legend(first, tr("until the first byte"));
  legend(data, tr("transfer"));
  legend(failed, tr("failed"));
}

}  // namespace console::screens
