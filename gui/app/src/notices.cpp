#include "notices.hpp"

#include <QApplication>
#include <algorithm>

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
  const auto before = states_.value(server);
  if (states_.contains(server) && std::ranges::equal(before, state, {}, &models::Phrase::text, &models::Phrase::text)) {
    return;
  }
  for (const auto& phrase : state) {
    const bool lasts = std::ranges::find(before, phrase.text, &models::Phrase::text) != before.end();
    if (isBad(phrase.tone) && !lasts) happened(server + ": " + phrase.text, phrase.tone);
  }
  states_[server] = state;
  showTray();
}

void Notices::forget(const QString& server) {
  states_.remove(server);
  showTray();
}

// The worst of all servers, and what each of them says.
void Notices::showTray() {
  QStringList lines;
  auto worst = Tone::Good;
  for (auto one = states_.cbegin(); one != states_.cend(); ++one) {
    QStringList words;
    for (const auto& phrase : one.value()) {
      words << phrase.text;
      if (isBad(phrase.tone) && worst != Tone::Bad) worst = phrase.tone;
    }
    lines << one.key() + ": " + words.join(", ");
  }
  tray_.setToolTip(lines.isEmpty() ? QStringLiteral("Larder") : lines.join('\n'));
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
