#include <QApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include "support/run_tests.hpp"
#include "tests.hpp"

int main(int argc, char** argv) {
  // Settings of the one who runs the tests are neither read nor written.
  const QTemporaryDir settings;
  qputenv("XDG_CONFIG_HOME", settings.path().toUtf8());
  qputenv("XDG_DATA_HOME", settings.filePath("data").toUtf8());
  QApplication app(argc, argv);
  QApplication::setApplicationName("larder-console-test");
  QApplication::setOrganizationName("larder");
  QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
  console::test::Tests tests;
  tests.push_back(makeCatalogueTest());
  tests.push_back(makeConnectionsTest());
  tests.push_back(makeDocumentsTest());
  tests.push_back(makeNoticesTest());
  tests.push_back(makeFleetTest());
  if (qEnvironmentVariableIsSet("LARDER_PICTURES")) {
    tests.push_back(makePicturesTest());
  } else {
    tests.push_back(makeEndToEndTest());
    tests.push_back(makeKeyboardTest());
  }
  return console::test::runTests(argc, argv, std::move(tests));
}
