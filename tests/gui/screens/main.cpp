#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

#include "support/run_tests.hpp"
#include "tests.hpp"

int main(int argc, char** argv) {
  // Settings of the one who runs the tests are neither read nor written.
  const QTemporaryDir settings;
  QApplication app(argc, argv);
  QApplication::setApplicationName("larder-console-test");
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
  QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
  console::test::Tests tests;
  tests.push_back(makeMirrorsTest());
  tests.push_back(makeRepositoriesTest());
  tests.push_back(makeAccessTest());
  tests.push_back(makeConfigurationTest());
  tests.push_back(makeOthersTest());
  return console::test::runTests(argc, argv, tests);
}
