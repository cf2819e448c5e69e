#include <QCoreApplication>

#include "support/run_tests.hpp"
#include "tests.hpp"

int main(int argc, char** argv) {
  QCoreApplication app(argc, argv);
  console::test::Tests tests;
  tests.push_back(makeFormatTest());
  tests.push_back(makeRowsModelTest());
  tests.push_back(makePagedModelTest());
  tests.push_back(makeMetricsWindowTest());
  return console::test::runTests(argc, argv, std::move(tests));
}
