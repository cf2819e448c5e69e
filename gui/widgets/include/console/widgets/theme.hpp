// Every colour and icon of the console. The system's palette says what is light and what is dark; the roles (good,
// warning, bad) and the series of charts have a colour for each, with a contrast of at least 4.5:1.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>

#include "console/models/cell.hpp"

class QApplication;

namespace console::widgets {

bool isDark(const QPalette& palette);
QColor toneColor(models::Tone tone, const QPalette& palette);
QColor toneFill(models::Tone tone, const QPalette& palette);
// Told apart by the colour-blind too (Okabe and Ito's palette, darkened or lightened).
QColor seriesColor(int index, const QPalette& palette);
QColor mutedColor(const QPalette& palette);
QColor borderColor(const QPalette& palette);

// A line icon in the palette's text colour; empty for a name that there is none of.
QIcon icon(const QString& name, const QPalette& palette);
// The word's icon of a tone: none is told by colour alone.
QString toneIcon(models::Tone tone);

QFont monoFont(const QFont& like);
QFont scaled(const QFont& font, double factor, bool bold = false);

enum class Theme { System, Light, Dark };
// Between a column of numbers, which stand at its right edge, and the text of the next one.
inline constexpr int kNumberMargin = 6;

// Follows the system, or its own palette. Call it once with System before any window: what the system has is noted.
void apply(QApplication& app, Theme theme);

}  // namespace console::widgets
