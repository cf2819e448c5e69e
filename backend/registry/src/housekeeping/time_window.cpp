#include "housekeeping/time_window.hpp"

#include <charconv>
#include <optional>

namespace larder::registry {
namespace {

std::optional<int> minuteOfDay(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  int hour = 0, minute = 0;
  const char* end = text.data() + text.size();
  auto [colon, hourError] = std::from_chars(text.data(), end, hour);
  if (hourError != std::errc{} || colon == end || *colon != ':') return std::nullopt;
  auto [rest, minuteError] = std::from_chars(colon + 1, end, minute);
  if (minuteError != std::errc{}) return std::nullopt;
  return hour * 60 + minute;
}

}  // namespace

bool isInTimeWindow(std::string_view window, std::chrono::system_clock::time_point now) {
  auto dash = window.find('-');
  if (dash == std::string_view::npos) return true;
  auto begin = minuteOfDay(window.substr(0, dash));
  auto end = minuteOfDay(window.substr(dash + 1));
  if (!begin || !end) return true;
  auto day = std::chrono::floor<std::chrono::days>(now);
  auto minute = std::chrono::floor<std::chrono::minutes>(now - day).count();
  if (*begin < *end) return minute >= *begin && minute < *end;
  return minute >= *begin || minute < *end;
}

}  // namespace larder::registry
