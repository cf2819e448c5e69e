#include "times.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace larder::api {

std::string formatTime(std::chrono::system_clock::time_point when) {
  auto millis = std::chrono::time_point_cast<std::chrono::milliseconds>(when);
  auto seconds = std::chrono::floor<std::chrono::seconds>(millis);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (millis - seconds).count());
}

std::optional<std::chrono::system_clock::time_point> parseTime(std::string_view text) {
  std::string copy(text);
  std::tm parts{};
  const char* rest = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (!rest) return std::nullopt;
  auto time = std::chrono::system_clock::from_time_t(::timegm(&parts));
  if (*rest == '.') {
    ++rest;
    std::chrono::nanoseconds unit = std::chrono::milliseconds(100);
    if (*rest < '0' || *rest > '9') return std::nullopt;
    for (; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) {
      time += std::chrono::duration_cast<std::chrono::system_clock::duration>(unit * (*rest - '0'));
    }
  }
  if (std::string_view(rest) != "Z" && std::string_view(rest) != "+00:00") return std::nullopt;
  return time;
}

}  // namespace larder::api
