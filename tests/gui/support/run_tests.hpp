// Runs the test classes of one executable, one after the other.
#pragma once

#include <QObject>
#include <QtTest>
#include <memory>
#include <vector>

namespace console::test {

using Tests = std::vector<std::unique_ptr<QObject>>;

inline int runTests(int argc, char** argv, const Tests& tests) {
  int failed = 0;
  for (const auto& test : tests) failed += QTest::qExec(test.get(), argc, argv);
  return failed == 0 ? 0 : 1;
}

}  // namespace console::test
