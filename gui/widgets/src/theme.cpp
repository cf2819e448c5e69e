#include "console/widgets/theme.hpp"

#include <QApplication>
#include <QFontDatabase>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QProxyStyle>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleOption>
#include <QSvgRenderer>
#include <array>

namespace console::widgets {
namespace {

using models::Tone;

struct Pair {
  QRgb light, dark;
  QColor in(const QPalette& palette) const { return QColor::fromRgb(isDark(palette) ? dark : light); }
};

const QHash<QString, const char*> kIcons{
    {"overview", "M2 13V8m4 5V3m4 10V6m4 7v-3"},
    {"transfers", "M5 2v11m0 0-3-3m3 3 3-3m3 3V3m0 0L8 6m3-3 3 3"},
    {"repositories", "M2 5l6-3 6 3v6l-6 3-6-3zm0 0 6 3 6-3M8 8v6"},
    {"mirrors", "M2 5h9m0 0L8 2m3 3L8 8m6 3H5m0 0 3-3m-3 3 3 3"},
    {"access", "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 6c.5-3 3-4 6-4s5.5 1 6 4"},
    {"configuration", "M2 4h6m4 0h2M2 8h2m4 0h6M2 12h7m4 0h1M10 2.5v3M6 6.5v3m5 1v3"},
    {"storage",
     "M2 4c0-1.3 2.7-2 6-2s6 .7 6 2-2.7 2-6 2-6-.7-6-2Zm0 0v8c0 1.3 2.7 2 6 2s6-.7 6-2V4M2 8c0 1.3 2.7 2 6 2s6-.7 6-2"},
    {"metrics", "M2 2v12h12M4 10l3-3 2 2 5-5"},
    {"logs", "M3 2h10v12H3zm2.5 3h5m-5 3h5m-5 3h3"},
    {"nodes", "M2 3h12v4H2zm0 6h12v4H2zm2.5-4h.01m-.01 6h.01"},
    {"check", "m3 8.5 3.5 3.5L13 4.5"},
    {"warn", "M8 2 1.5 13.5h13zm0 4.5v3.5m0 1.8v.01"},
    {"bad", "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-9v4m0 2v.01"},
    {"unknown", "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.2 6.2C6.4 5 9.8 5 9.8 6.7 9.8 8 8 8 8 9.2m0 2v.01"},
    {"info", "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-6.5v4M8 5v.01"},
    {"search", "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.5-1.5L14 14"},
    {"larder", "M3 2h10v12H3zM3 6h10M3 10h10M5.5 4h2m-2 4h4m-4 4h1"},
};

QByteArray svg(const char* path, const QColor& color) {
  return QByteArray("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path fill='none' stroke='") +
         color.name().toLatin1() + "' stroke-width='1.4' stroke-linecap='round' stroke-linejoin='round' d='" + path +
         "'/></svg>";
}

// Drawn at the size that is asked for, so that it is sharp at any scale.
class LineIcon : public QIconEngine {
 public:
  LineIcon(const char* path, QPalette palette) : path_(path), palette_(std::move(palette)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
    const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::WindowText;
    QSvgRenderer renderer(svg(path_, palette_.color(group, role)));
    renderer.render(painter, rect);
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
  }
  QIconEngine* clone() const override { return new LineIcon(path_, palette_); }

 private:
  const char* path_;
  QPalette palette_;
};

QPalette paletteOf(bool dark) {
  const auto pick = [dark](QRgb light, QRgb night) { return QColor::fromRgb(dark ? night : light); };
  QPalette palette;
  palette.setColor(QPalette::Window, pick(0xf5f6f7, 0x16181b));
  palette.setColor(QPalette::Base, pick(0xffffff, 0x1d2024));
  palette.setColor(QPalette::AlternateBase, pick(0xf5f6f7, 0x22262a));
  palette.setColor(QPalette::Button, pick(0xf0f1f3, 0x2a2e33));
  palette.setColor(QPalette::ToolTipBase, pick(0xffffff, 0x2a2e33));
  for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
    palette.setColor(role, pick(0x1b1e22, 0xe4e6e9));
    palette.setColor(QPalette::Disabled, role, pick(0x878e96, 0x6b737c));
  }
  palette.setColor(QPalette::PlaceholderText, pick(0x6b737c, 0x8b939c));
  palette.setColor(QPalette::Light, pick(0xffffff, 0x33383e));
  palette.setColor(QPalette::Midlight, pick(0xeef0f2, 0x2e3338));
  palette.setColor(QPalette::Mid, pick(0xc4c9cf, 0x3c4248));
  palette.setColor(QPalette::Dark, pick(0xa6acb3, 0x101214));
  palette.setColor(QPalette::Shadow, pick(0x59616a, 0x000000));
  palette.setColor(QPalette::Highlight, pick(0x1f5fbf, 0x2f6fd1));
  palette.setColor(QPalette::Disabled, QPalette::Highlight, pick(0xa6acb3, 0x3c4248));
  palette.setColor(QPalette::HighlightedText, QColor::fromRgb(0xffffff));
  palette.setColor(QPalette::Link, pick(0x1f5fbf, 0x7fb0ff));
  palette.setColor(QPalette::LinkVisited, pick(0x1f5fbf, 0x7fb0ff));
  palette.setColor(QPalette::BrightText, pick(0xb3261e, 0xff8f86));
  return palette;
}

// The title of a column of numbers keeps the distance from the next one that its cells keep.
class RoomyTables : public QProxyStyle {
 public:
  using QProxyStyle::QProxyStyle;

  void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                   const QWidget* widget) const override {
    const auto* header = element == CE_HeaderLabel ? qstyleoption_cast<const QStyleOptionHeader*>(option) : nullptr;
    if (!header || !header->textAlignment.testFlag(Qt::AlignRight)) {
      return QProxyStyle::drawControl(element, option, painter, widget);
    }
    QStyleOptionHeader apart = *header;
    apart.rect.setRight(apart.rect.right() - kNumberMargin);
    QProxyStyle::drawControl(element, &apart, painter, widget);
  }
};

}  // namespace

bool isDark(const QPalette& palette) {
  return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QColor toneColor(Tone tone, const QPalette& palette) {
  switch (tone) {
    case Tone::Good:
      return Pair{0x1a7338, 0x62c382}.in(palette);
    case Tone::Warn:
      return Pair{0x8a5300, 0xe6b04f}.in(palette);
    case Tone::Bad:
      return Pair{0xb3261e, 0xff8f86}.in(palette);
    case Tone::Info:
      return Pair{0x1f5fbf, 0x7fb0ff}.in(palette);
    case Tone::Muted:
    case Tone::Unknown:
      return mutedColor(palette);
    case Tone::Plain:
      break;
  }
  return palette.color(QPalette::Text);
}

QColor toneFill(Tone tone, const QPalette& palette) {
  switch (tone) {
    case Tone::Good:
      return Pair{0xe4f4e9, 0x16301f}.in(palette);
    case Tone::Warn:
      return Pair{0xfdf1dc, 0x38290e}.in(palette);
    case Tone::Bad:
      return Pair{0xfce9e7, 0x43191a}.in(palette);
    case Tone::Info:
      return Pair{0xe3edfb, 0x1c2f4a}.in(palette);
    default:
      return Pair{0xe6e9ec, 0x2b3035}.in(palette);
  }
}

QColor seriesColor(int index, const QPalette& palette) {
  static constexpr std::array<Pair, 6> kSeries{{{0x0072b2, 0x56b4e9},
                                                {0xc05500, 0xf0a340},
                                                {0x00805d, 0x35c49a},
                                                {0xa8477f, 0xdd91bb},
                                                {0x7a6a00, 0xe0d244},
                                                {0x4b4f9e, 0xa3a6f0}}};
  return kSeries[static_cast<std::size_t>(index) % kSeries.size()].in(palette);
}

QColor mutedColor(const QPalette& palette) {
  return Pair{0x59616a, 0x9ba3ac}.in(palette);
}

QColor borderColor(const QPalette& palette) {
  return Pair{0xd5d9de, 0x343a40}.in(palette);
}

QIcon icon(const QString& name, const QPalette& palette) {
  const auto* path = kIcons.value(name, nullptr);
  return path ? QIcon(new LineIcon(path, palette)) : QIcon();
}

QString toneIcon(Tone tone) {
  switch (tone) {
    case Tone::Good:
      return "check";
    case Tone::Warn:
      return "warn";
    case Tone::Bad:
      return "bad";
    case Tone::Info:
      return "info";
    case Tone::Unknown:
    case Tone::Muted:
      return "unknown";
    case Tone::Plain:
      break;
  }
  return {};
}

QFont monoFont(const QFont& like) {
  auto font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  if (like.pointSizeF() > 0) font.setPointSizeF(like.pointSizeF());
  return font;
}

QFont scaled(const QFont& font, double factor, bool bold) {
  auto other = font;
  if (other.pointSizeF() > 0) {
    other.setPointSizeF(other.pointSizeF() * factor);
  } else {
    other.setPixelSize(static_cast<int>(other.pixelSize() * factor));
  }
  if (bold) other.setWeight(QFont::DemiBold);
  return other;
}

void apply(QApplication& app, Theme theme) {
  static const QString systemStyle = app.style()->objectName();
  if (theme == Theme::System) {
    app.setStyle(new RoomyTables(QStyleFactory::create(systemStyle)));
    app.setPalette(QPalette());
    return;
  }
  // Styles of the system may not follow a palette that is not the system's.
  app.setStyle(new RoomyTables(QStyleFactory::create("Fusion")));
  app.setPalette(paletteOf(theme == Theme::Dark));
}

}  // namespace console::widgets
