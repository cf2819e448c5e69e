#include "notices.hpp"

#include <QApplication>

#include "console/widgets/theme.hpp"

namespace console::app {
namespace {

using models::Tone;

constexpr qint64 kQuietSeconds = 600;

bool isBad(Tone tone) {
  return tone == Tone::Bad || tone == Tone::Warn;
}

}  // namespace

Notices::Notices(Tell inWindow, QObject* parent) : QObject(parent), inWindow_(std::move(inWindow)) {
  tray_.setIcon(QApplication::windowIcon());
  connect(&tray_, &QSystemTrayIcon::activated, this, &Notices::activated);
  connect(&tray_, &QSystemTrayIcon::messageClicked, this, &Notices::activated);
  if (QSystemTrayIcon::isSystemTrayAvailable()) tray_.show();
}

void Notices::show(const QString& server, const std::vector<models::Phrase>& state) {
  QSet<QString> now;
  QStringList words;
  auto worst = Tone::Good;
  for (const auto& phrase : state) {
    words << phrase.text;
    if (!isBad(phrase.tone)) continue;
    if (worst != Tone::Bad) worst = phrase.tone;
    now << phrase.text;
    if (!lasting_.contains(phrase.text)) happened(server + ": " + phrase.text, phrase.tone);
  }
  lasting_ = now;
  tray_.setToolTip(server.isEmpty() ? QStringLiteral("Larder") : server + ": " + words.join(", "));
  auto colored = QApplication::palette();
  colored.setColor(QPalette::WindowText, widgets::toneColor(worst, colored));
  tray_.setIcon(isBad(worst) ? widgets::icon(widgets::toneIcon(worst), colored) : QApplication::windowIcon());
}

void Notices::happened(const QString& text, Tone tone, const QDateTime& now) {
  const auto before = told_.value(text);
  if (before.isValid() && before.secsTo(now) < kQuietSeconds) return;
  told_.removeIf([&now](const auto& one) { return one.value().secsTo(now) >= kQuietSeconds; });
  told_.insert(text, now);
  if (!tray_.isVisible()) return inWindow_(text, tone);
  tray_.showMessage(QStringLiteral("Larder"), text,
                    tone == Tone::Bad ? QSystemTrayIcon::Critical : QSystemTrayIcon::Warning);
}

}  // namespace console::app
