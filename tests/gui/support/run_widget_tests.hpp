// Runs the test classes of one executable that shows widgets.
#pragma once

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <initializer_list>
#include <memory>

#include "support/run_tests.hpp"

namespace console::test {

// The classes are made once there is an application. Settings of the one who runs the tests are neither read nor
// written.
inline int runWidgetTests(int argc, char** argv, std::initializer_list<std::unique_ptr<QObject> (*)()> classes) {
  const QTemporaryDir settings;
  qputenv("XDG_DATA_HOME", settings.filePath("data").toUtf8());
  QApplication app(argc, argv);
  QApplication::setApplicationName("larder-console-test");
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
  QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
  Tests tests;
  for (const auto make : classes) tests.push_back(make());
  return runTests(argc, argv, std::move(tests));
}

}  // namespace console::test
