// The cases that both faces are held to: tests/faces/*.json.
#pragma once

#include <QFile>
#include <QString>

#include "larder/apitypes/json.hpp"
#include "larder/core/json.hpp"

namespace console::test {

inline larder::apitypes::Json readFace(const QString& name) {
  QFile file(QStringLiteral(LARDER_SOURCE_DIR "/tests/faces/") + name);
  if (!file.open(QIODevice::ReadOnly)) qFatal("%s cannot be read", qPrintable(name));
  auto json = larder::core::parseOrderedJson(file.readAll().toStdString());
  if (!json) qFatal("%s: %s", qPrintable(name), json.error().message.c_str());
  return std::move(*json);
}

}  // namespace console::test
