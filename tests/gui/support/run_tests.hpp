// Runs the test classes of one executable, one after the other.
#pragma once

#include <QCoreApplication>
#include <QObject>
#include <QtTest>
#include <memory>
#include <vector>

namespace console::test {

using Tests = std::vector<std::unique_ptr<QObject>>;

// What a test leaves to deleteLater() is deleted with it: no event loop runs after the last one.
inline int runTests(int argc, char** argv, Tests tests) {
  int failed = 0;
  for (auto& test : tests) {
    failed += QTest::qExec(test.get(), argc, argv);
    test.reset();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace console::test
