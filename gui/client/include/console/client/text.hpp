// Between the texts of the API (UTF-8 in std::string) and Qt's.
#pragma once

#include <QString>
#include <string>
#include <string_view>

namespace console::client {

inline QString text(std::string_view utf8) {
  return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}
inline std::string utf8(const QString& text) {
  const auto bytes = text.toUtf8();
  return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

}  // namespace console::client
