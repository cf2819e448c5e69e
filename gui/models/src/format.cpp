#include "console/models/format.hpp"

#include <QCoreApplication>
#include <QLocale>
#include <QTimeZone>
#include <array>
#include <cmath>

#include "console/client/text.hpp"

namespace console::models {
namespace {

const QString kDash = QStringLiteral("–");

// Up to so many decimals, none that is zero, and thousands in groups.
QString grouped(double value, int decimals) {
  static const QLocale kEnglish(QLocale::English, QLocale::UnitedStates);
  auto text = kEnglish.toString(value, 'f', decimals);
  if (decimals > 0) {
    while (text.endsWith('0')) text.chop(1);
    if (text.endsWith('.')) text.chop(1);
  }
  return text == "-0" ? QStringLiteral("0") : text;
}

QString fixed(double value, int decimals) {
  return QString::number(value, 'f', decimals);
}

double rounded(double value) {
  return std::floor(value + 0.5);
}

QString coarse(double seconds) {
  if (seconds < 60) return fixed(rounded(seconds), 0) + " s";
  if (seconds < 3600) return fixed(rounded(seconds / 60), 0) + " min";
  if (seconds < 86400 * 2) return fixed(rounded(seconds / 3600), 0) + " h";
  if (seconds < 86400.0 * 60) return fixed(rounded(seconds / 86400), 0) + " days";
  return fixed(rounded(seconds / 86400 / 30.4), 0) + " months";
}

}  // namespace

QString bytes(double value) {
  static constexpr std::array kSizes{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  if (!std::isfinite(value)) return kDash;
  std::size_t unit = 0;
  double amount = std::abs(value);
  while (amount >= 1024 && unit < kSizes.size() - 1) {
    amount /= 1024;
    ++unit;
  }
  // 1023.6 KiB would be shown as 1024 KiB.
  if (unit > 0 && unit < kSizes.size() - 1 && amount >= 1023.5) {
    amount /= 1024;
    ++unit;
  }
  const auto text = unit == 0 ? fixed(rounded(amount), 0) : fixed(amount, amount >= 100 ? 0 : 1);
  return (value < 0 ? QStringLiteral("−") : QString()) + text + ' ' + kSizes[unit];
}

QString rate(double bytesPerSecond) {
  return std::isfinite(bytesPerSecond) ? bytes(bytesPerSecond) + "/s" : kDash;
}

QString count(double value) {
  return std::isfinite(value) ? grouped(value, 1) : kDash;
}

QString compact(double value) {
  if (!std::isfinite(value)) return kDash;
  double amount = std::abs(value);
  if (amount < 1000) return grouped(value, amount < 10 ? 2 : 1);
  static constexpr std::array kSteps{"", "K", "M", "B", "T"};
  std::size_t step = 0;
  while (amount >= 999.95 && step < kSteps.size() - 1) {
    amount /= 1000;
    ++step;
  }
  return (value < 0 ? "-" : "") + grouped(amount, 1) + kSteps[step];
}

QString percent(double ratio) {
  if (!std::isfinite(ratio)) return kDash;
  const double tenths = rounded(ratio * 1000);
  // 99.96 % is not all of it, and 0.04 % is not nothing.
  const double shown = ratio < 1 && ratio > 0 ? std::min(999.0, std::max(1.0, tenths)) : tenths;
  return grouped(shown / 10, 1) + " %";
}

QString plural(double value, const QString& one, const QString& many) {
  return count(value) + ' ' + (value == 1 ? one : many);
}

QString duration(double ms) {
  if (!std::isfinite(ms)) return kDash;
  if (ms < 1000) return fixed(rounded(ms), 0) + " ms";
  const double seconds = ms / 1000;
  if (seconds < 10) return fixed(seconds, 1) + " s";
  if (seconds < 60) return fixed(rounded(seconds), 0) + " s";
  const auto whole = static_cast<qint64>(seconds);
  const std::array<std::pair<qint64, const char*>, 4> parts{
      {{whole / 86400, "d"}, {whole / 3600 % 24, "h"}, {whole / 60 % 60, "min"}, {whole % 60, "s"}}};
  std::size_t first = 0;
  while (parts[first].first == 0) ++first;
  auto text = QString::number(parts[first].first) + ' ' + parts[first].second;
  if (first + 1 < parts.size() && parts[first + 1].first > 0) {
    text += ' ' + QString::number(parts[first + 1].first) + ' ' + parts[first + 1].second;
  }
  return text;
}

QDateTime local(larder::apitypes::Time time) {
  return QDateTime::fromMSecsSinceEpoch(
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

QString relative(const QDateTime& time, const QDateTime& now) {
  if (!time.isValid()) return kDash;
  const double seconds = static_cast<double>(time.msecsTo(now)) / 1000;
  if (std::abs(seconds) < 5) return QStringLiteral("just now");
  const auto text = coarse(std::abs(seconds));
  return seconds >= 0 ? text + " ago" : "in " + text;
}

QString absolute(const QDateTime& time) {
  if (!time.isValid()) return kDash;
  return time.toString("yyyy-MM-dd HH:mm:ss ") + time.timeZoneAbbreviation();
}

QString clock(const QDateTime& time, const QDateTime& now) {
  if (!time.isValid()) return kDash;
  return time.date() == now.date() ? time.toString("HH:mm:ss ") + time.timeZoneAbbreviation() : absolute(time);
}

QString shortDigest(std::string_view digest) {
  const auto colon = digest.find(':');
  return client::text(digest.substr(colon == std::string_view::npos ? 0 : colon + 1, 12));
}

QString inUnit(larder::apitypes::Unit unit, double value) {
  using larder::apitypes::Unit;
  switch (unit) {
    case Unit::Bytes:
      return bytes(value);
    case Unit::BytesPerSecond:
      return rate(value);
    case Unit::Ratio:
      return percent(value);
    case Unit::Seconds:
      return duration(value * 1000);
    case Unit::PerSecond:
      return std::isfinite(value) ? compact(value) + "/s" : kDash;
    case Unit::Count:
    case Unit::Unknown:
      break;
  }
  return compact(value);
}

}  // namespace console::models
