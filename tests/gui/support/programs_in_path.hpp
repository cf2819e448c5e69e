// A directory that is first in PATH, for programs that a test makes up. PATH is as before once it is gone.
#pragma once

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

namespace console::test {

class ProgramsInPath {
 public:
  ProgramsInPath() : path_(qgetenv("PATH")) { qputenv("PATH", directory_.path().toUtf8() + ":/usr/bin:/bin"); }
  ~ProgramsInPath() { qputenv("PATH", path_); }
  ProgramsInPath(const ProgramsInPath&) = delete;
  ProgramsInPath& operator=(const ProgramsInPath&) = delete;

  QString directory() const { return directory_.path(); }
  QString filePath(const QString& name) const { return directory_.filePath(name); }

  void add(const QString& name, const QByteArray& script) {
    QFile file(filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\n" + script + "\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  }

 private:
  QTemporaryDir directory_;
  QByteArray path_;
};

}  // namespace console::test
