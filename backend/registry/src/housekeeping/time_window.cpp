#include "housekeeping/time_window.hpp"

#include <charconv>
#include <optional>

namespace larder::registry {
namespace {

// Digits at the begin of the text.
std::optional<int> number(std::string_view text) {
  int value = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{}) return std::nullopt;
  return value;
}

std::optional<int> minuteOfDay(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto hour = number(text.substr(0, colon));
  auto minute = number(text.substr(colon + 1));
  if (!hour || !minute) return std::nullopt;
  return *hour * 60 + *minute;
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
