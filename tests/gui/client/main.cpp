#include <QCoreApplication>

#include "support/run_tests.hpp"
#include "tests.hpp"

int main(int argc, char** argv) {
  QCoreApplication app(argc, argv);
  console::test::Tests tests;
  tests.push_back(makeEndpointTest());
  tests.push_back(makeApiClientTest());
  tests.push_back(makeLiveStreamTest());
  tests.push_back(makeConnectionTest());
  return console::test::runTests(argc, argv, std::move(tests));
}
