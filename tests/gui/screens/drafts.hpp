// What editors keep on disk while something is edited. A crash is a file that nobody took away.
#pragma once

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QtTest>

namespace console::test {

inline QStringList drafts() {
  const QDir directory(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/drafts");
  QStringList paths;
  for (const auto& name : directory.entryList(QDir::Files)) paths << directory.filePath(name);
  return paths;
}
inline QByteArray draftAt(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
inline void leaveDraft(const QString& path, const QByteArray& content) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("%s", qPrintable(path));
}

}  // namespace console::test
