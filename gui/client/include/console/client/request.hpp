// One call of the management API, as values.
#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>
#include <QUrlQuery>
#include <chrono>

#include "console/client/text.hpp"
#include "larder/apitypes/codec.hpp"

namespace console::client {

// How long an answer may be silent; what asks an upstream takes longer.
inline constexpr std::chrono::milliseconds kAnswerTime{10'000};
inline constexpr std::chrono::milliseconds kUpstreamAnswerTime{40'000};

struct Request {
  QByteArray method = "GET";
  QString path = {};  // below /api/v1, encoded: "/sync/rules"
  QUrlQuery query = {};
  QByteArray body = {};  // JSON
  QByteArray contentType = "application/json";
  QByteArray ifMatch = {};
  std::chrono::milliseconds timeout = kAnswerTime;
  // Sent as POST for the size of what it asks about, and changes nothing.
  bool asks = false;

  bool changes() const { return method != "GET" && !asks; }

  Request& with(const QString& name, const QString& value) {
    // QUrlQuery leaves "+" as it is, which servers read as a blank.
    if (!value.isEmpty()) query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    return *this;
  }
  Request& match(const QByteArray& etag) {
    ifMatch = etag;
    return *this;
  }
  Request& within(std::chrono::milliseconds limit) {
    timeout = limit;
    return *this;
  }
};

// What If-Match names a revision of the configuration by.
inline QByteArray etagOf(std::uint64_t revision) {
  return '"' + QByteArray::number(static_cast<qulonglong>(revision)) + '"';
}
// A part of a path, encoded.
inline QString segment(const QString& name) {
  return QString::fromLatin1(QUrl::toPercentEncoding(name));
}

inline Request get(const QString& path) {
  return {.path = path};
}
inline Request remove(const QString& path) {
  return {.method = "DELETE", .path = path};
}
template <class T>
QByteArray bodyOf(const T& content) {
  return QByteArray::fromStdString(larder::apitypes::encode(content));
}
template <class T>
Request post(const QString& path, const T& content) {
  return {.method = "POST", .path = path, .body = bodyOf(content)};
}
inline Request post(const QString& path) {
  return {.method = "POST", .path = path};
}
template <class T>
Request put(const QString& path, const T& content) {
  return {.method = "PUT", .path = path, .body = bodyOf(content)};
}
inline Request put(const QString& path) {
  return {.method = "PUT", .path = path};
}
// A merge patch (RFC 7396).
inline Request patch(const QString& path, const larder::apitypes::Json& content) {
  return {.method = "PATCH", .path = path, .body = bodyOf(content), .contentType = "application/merge-patch+json"};
}
// POST that asks.
template <class T>
Request ask(const QString& path, const T& content) {
  return {.method = "POST", .path = path, .body = bodyOf(content), .asks = true};
}

}  // namespace console::client
