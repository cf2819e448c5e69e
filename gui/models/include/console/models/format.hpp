// Numbers, times and names as every screen shows them: IEC sizes, at most one decimal, relative times.
//
// The dashboard writes them in the same way (web/src/format.ts): tests/faces/format.json holds both to it.
#pragma once

#include <QDateTime>
#include <QString>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "console/client/text.hpp"
#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/time.hpp"

namespace console::models {

using client::text;
using client::utf8;

inline double number(std::uint64_t value) {
  return static_cast<double>(value);
}
// What is not known is a dash.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
template <class T>
double known(const std::optional<T>& value) {
  return value ? static_cast<double>(*value) : kUnknown;
}

QString bytes(double value);                                            // 1536: "1.5 KiB"
QString rate(double bytesPerSecond);                                    // "1.5 KiB/s"
QString count(double value);                                            // 12345: "12,345"
QString compact(double value);                                          // 12345: "12.3K", for axes and figures
QString percent(double ratio);                                          // 0.1234: "12.3 %"
QString plural(double value, const QString& one, const QString& many);  // "1 tag", "2 tags"
QString duration(double ms);                                            // "340 ms", "1 h 5 min"

QDateTime local(larder::apitypes::Time time);
QString relative(const QDateTime& time, const QDateTime& now = QDateTime::currentDateTime());  // "5 min ago"
QString absolute(const QDateTime& time);  // "2026-03-01 12:00:05 UTC"
// The time of day with its zone, and the date unless that is today.
QString clock(const QDateTime& time, const QDateTime& now = QDateTime::currentDateTime());
inline QString relative(larder::apitypes::Time time) {
  return relative(local(time));
}
inline QString absolute(larder::apitypes::Time time) {
  return absolute(local(time));
}
inline QString clock(larder::apitypes::Time time) {
  return clock(local(time));
}

// The first 12 characters of a digest's hash.
QString shortDigest(std::string_view digest);

// A value of a series in its unit.
QString inUnit(larder::apitypes::Unit unit, double value);

}  // namespace console::models
