#include "http_date.hpp"

#include <time.h>

#include <cstdio>

namespace larder::http {

std::string_view httpDate() {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  struct Cached {
    time_t second = -1;
    char text[40] = {};
    int length = 0;
  };
  static thread_local Cached cached;
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != cached.second) {
    cached.second = now.tv_sec;
    tm utc{};
    gmtime_r(&now.tv_sec, &utc);
    cached.length =
        std::snprintf(cached.text, sizeof cached.text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[utc.tm_wday],
                      utc.tm_mday, kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  }
  return {cached.text, static_cast<std::size_t>(cached.length)};
}

}  // namespace larder::http
