#include <QApplication>

#include "support/run_tests.hpp"
#include "tests.hpp"

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  console::test::Tests tests;
  tests.push_back(makeCompareTest());
  tests.push_back(makeFacesTest());
  tests.push_back(makeSchemaFormTest());
  return console::test::runTests(argc, argv, std::move(tests));
}
