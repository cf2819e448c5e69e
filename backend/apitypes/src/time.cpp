#include "larder/apitypes/time.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace larder::apitypes {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

namespace {

// Nanoseconds reach from 1677 to 2262.
constexpr sys_seconds kFirst = std::chrono::ceil<seconds>(Time::min());
constexpr sys_seconds kLast = std::chrono::floor<seconds>(Time::max()) - seconds(1);

}  // namespace

std::string formatTime(Time time) {
  auto millis = std::chrono::floor<milliseconds>(time);
  auto whole = std::chrono::floor<seconds>(millis);
  std::time_t unixTime = std::chrono::system_clock::to_time_t(whole);
  std::tm parts{};
  ::gmtime_r(&unixTime, &parts);
  std::array<char, 32> text{};
  auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>((millis - whole).count()));
  return std::string(text.data(), length) + fraction.data();
}

std::optional<Time> parseTime(std::string_view text) {
  std::string copy(text);
  std::tm parts{};
  const char* rest = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (!rest) return std::nullopt;
  Time time = std::clamp(sys_seconds(seconds(::timegm(&parts))), kFirst, kLast);
  if (*rest == '.') {
    ++rest;
    if (*rest < '0' || *rest > '9') return std::nullopt;
    std::chrono::nanoseconds unit = milliseconds(100);
    for (; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) {
      time += std::chrono::duration_cast<Time::duration>(unit * (*rest - '0'));
    }
  }
  std::string_view zone(rest);
  if (zone != "Z" && zone != "+00:00") return std::nullopt;
  return time;
}

}  // namespace larder::apitypes
