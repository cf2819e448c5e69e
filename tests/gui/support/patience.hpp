// QtTest, with waits for what a machine takes that has other things to do. Nobody waits longer than it takes.
#pragma once

#include <QtTest>

namespace console::test {

inline constexpr int kPatienceMs = 30'000;

}  // namespace console::test

#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expr) QTRY_VERIFY_WITH_TIMEOUT(expr, console::test::kPatienceMs)
#define QTRY_VERIFY2(expr, message) QTRY_VERIFY2_WITH_TIMEOUT(expr, message, console::test::kPatienceMs)
#define QTRY_COMPARE(expr, expected) QTRY_COMPARE_WITH_TIMEOUT(expr, expected, console::test::kPatienceMs)
