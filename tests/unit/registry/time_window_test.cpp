#include "housekeeping/time_window.hpp"

#include <gtest/gtest.h>

namespace larder::test {
namespace {

using registry::isInTimeWindow;

TEST(TimeWindow, IsOpenFromItsBeginToBeforeItsEnd) {
  using namespace std::chrono_literals;
  std::chrono::system_clock::time_point day = std::chrono::sys_days(std::chrono::year{2025} / 6 / 1);
  struct Case {
    const char* window;
    std::chrono::minutes at;
    bool open;
  };
  for (const auto& one : {Case{"", 0min, true},
                          {"01:00-08:00", 59min, false},
                          {"01:00-08:00", 60min, true},
                          {"01:00-08:00", 479min, true},
                          {"01:00-08:00", 480min, false},
                          {"1:00 - 8:00", 61min, true},
                          {"22:30-02:00", 22h + 29min, false},
                          {"22:30-02:00", 22h + 30min, true},
                          {"22:30-02:00", 1h, true},
                          {"22:30-02:00", 2h, false}}) {
    EXPECT_EQ(isInTimeWindow(one.window, day + one.at), one.open) << one.window << " at " << one.at.count();
  }
}

}  // namespace
}  // namespace larder::test
