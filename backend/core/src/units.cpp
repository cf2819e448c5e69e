#include "larder/core/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>

#include "ascii.hpp"

namespace larder::core {
namespace {

constexpr std::string_view kDurationHelp =
    "Write a duration as 300ms, 1.5h or 2h45m; the units are ns, us, ms, s, m, h.";
constexpr std::string_view kBytesHelp =
    "Write a size as 512MiB, 10GB or 1.5Gi; the units are B, K, M, G, T, P and Ki to Pi.";

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Both of Unicode's micro signs are in use.
constexpr std::array kDurationUnits{
    Unit{"ns", 1},
    Unit{"us", 1000},
    Unit{"\u00b5s", 1000},
    Unit{"\u03bcs", 1000},
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000ULL},
    Unit{"m", 60'000'000'000ULL},
    Unit{"h", 3'600'000'000'000ULL},
};

// Lower-case `m` alone is Kubernetes' milli and is refused for that.
constexpr std::array kByteUnits{
    Unit{"", 1},
    Unit{"b", 1},
    Unit{"k", 1000},
    Unit{"kb", 1000},
    Unit{"ki", 1ULL << 10},
    Unit{"kib", 1ULL << 10},
    Unit{"m", 1'000'000},
    Unit{"mb", 1'000'000},
    Unit{"mi", 1ULL << 20},
    Unit{"mib", 1ULL << 20},
    Unit{"g", 1'000'000'000},
    Unit{"gb", 1'000'000'000},
    Unit{"gi", 1ULL << 30},
    Unit{"gib", 1ULL << 30},
    Unit{"t", 1'000'000'000'000},
    Unit{"tb", 1'000'000'000'000},
    Unit{"ti", 1ULL << 40},
    Unit{"tib", 1ULL << 40},
    Unit{"p", 1'000'000'000'000'000},
    Unit{"pb", 1'000'000'000'000'000},
    Unit{"pi", 1ULL << 50},
    Unit{"pib", 1ULL << 50},
};

template <std::size_t N>
std::optional<std::uint64_t> findUnit(const std::array<Unit, N>& units, std::string_view name) {
  for (const auto& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

// A decimal number without sign or exponent, taken off the front of a text.
struct Decimal {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;  // the digits after the point
  double scale = 1;            // 10 to the number of these digits

  // Rounded towards zero as Go does it; nothing on overflow.
  std::optional<std::uint64_t> times(std::uint64_t factor) const {
    constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
    if (whole > kMax / factor) return std::nullopt;
    const auto part = static_cast<std::uint64_t>(static_cast<double>(fraction) * (static_cast<double>(factor) / scale));
    if (part > kMax - whole * factor) return std::nullopt;
    return whole * factor + part;
  }
  double value() const { return static_cast<double>(whole) + static_cast<double>(fraction) / scale; }
};

// Digits beyond the 18th after the point change nothing and are skipped.
std::optional<Decimal> takeDecimal(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && isDigit(text[length])) ++length;
  Decimal number;
  bool anyDigit = length > 0;
  if (anyDigit) {
    const auto result = std::from_chars(text.data(), text.data() + length, number.whole);
    if (result.ec != std::errc{}) return std::nullopt;
  }
  text.remove_prefix(length);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    for (; !text.empty() && isDigit(text.front()); text.remove_prefix(1)) {
      anyDigit = true;
      if (number.scale >= 1e18) continue;
      number.fraction = number.fraction * 10 + static_cast<std::uint64_t>(text.front() - '0');
      number.scale *= 10;
    }
  }
  if (!anyDigit) return std::nullopt;
  return number;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// `count` of a unit of `perWhole` parts with as many decimals as it needs: (1500, 1000) is "1.5".
std::string trimmedDecimal(std::uint64_t count, std::uint64_t perWhole) {
  std::string text = std::to_string(count / perWhole);
  auto rest = count % perWhole;
  if (rest == 0) return text;
  text += '.';
  for (auto digit = perWhole / 10; rest != 0; digit /= 10) {
    text += static_cast<char>('0' + rest / digit);
    rest %= digit;
  }
  return text;
}

}  // namespace

Result<std::chrono::nanoseconds> parseDuration(std::string_view text) {
  const auto bad = [] { return fail(ErrorCode::InvalidArgument, std::string(kDurationHelp)); };
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return bad();
  if (text == "0") return std::chrono::nanoseconds{0};

  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t total = 0;
  while (!text.empty()) {
    const auto number = takeDecimal(text);
    if (!number) return bad();
    std::size_t length = 0;
    while (length < text.size() && text[length] != '.' && !isDigit(text[length])) ++length;
    const auto factor = findUnit(kDurationUnits, text.substr(0, length));
    if (!factor) return bad();
    text.remove_prefix(length);
    const auto part = number->times(*factor);
    if (!part || *part > kMax - total) {
      return fail(ErrorCode::InvalidArgument, "A duration must be at most 292 years (2562047h).");
    }
    total += *part;
  }
  const auto count = static_cast<std::int64_t>(total);
  return std::chrono::nanoseconds{negative ? -count : count};
}

std::string formatDuration(std::chrono::nanoseconds duration) {
  if (duration.count() == 0) return "0s";
  // Negated as unsigned, so that the smallest value does not overflow.
  const bool negative = duration.count() < 0;
  auto count = static_cast<std::uint64_t>(duration.count());
  if (negative) count = 0 - count;

  std::string text = negative ? "-" : "";
  if (count < 1000) return text + std::to_string(count) + "ns";
  if (count < 1'000'000) return text + trimmedDecimal(count, 1000) + "us";
  if (count < 1'000'000'000) return text + trimmedDecimal(count, 1'000'000) + "ms";
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const auto hours = count / (3600 * kSecond);
  const auto minutes = count / (60 * kSecond) % 60;
  const auto seconds = count % (60 * kSecond);
  if (hours != 0) text += std::to_string(hours) + "h";
  if (minutes != 0) text += std::to_string(minutes) + "m";
  if (seconds != 0) text += trimmedDecimal(seconds, kSecond) + "s";
  return text;
}

Result<std::uint64_t> parseBytes(std::string_view text) {
  const auto bad = [] { return fail(ErrorCode::InvalidArgument, std::string(kBytesHelp)); };
  const auto number = takeDecimal(text);
  if (!number) return bad();
  if (text.starts_with(' ')) text.remove_prefix(1);
  const auto factor = findUnit(kByteUnits, lower(text));
  if (!factor || text == "m" || (*factor == 1 && number->fraction != 0)) return bad();
  const auto bytes = number->times(*factor);
  if (!bytes) return fail(ErrorCode::InvalidArgument, "A size must be less than 16384 PiB.");
  return *bytes;
}

std::string formatBytes(std::uint64_t bytes) {
  constexpr std::array kNames{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  // 1023.95 would be shown as 1024.0.
  while (value >= 1023.95 && unit + 1 < kNames.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> buffer{};
  const auto length = std::snprintf(buffer.data(), buffer.size(), "%.1f", value);
  std::string_view digits(buffer.data(), static_cast<std::size_t>(length));
  if (digits.ends_with(".0")) digits.remove_suffix(2);
  return std::string(digits) + " " + kNames[unit];
}

Result<BytesOrPercent> parseBytesOrPercent(std::string_view text) {
  if (!text.ends_with('%')) return parseBytes(text).map([](std::uint64_t bytes) { return BytesOrPercent{bytes}; });
  text.remove_suffix(1);
  const auto number = takeDecimal(text);
  const auto value = number ? number->value() : 0;
  if (!text.empty() || value <= 0 || value > 100) {
    return fail(ErrorCode::InvalidArgument, "A percentage must be more than 0% and at most 100%.");
  }
  return BytesOrPercent{Percent{value}};
}

std::uint64_t resolve(const BytesOrPercent& size, std::uint64_t whole) {
  if (const auto* bytes = std::get_if<std::uint64_t>(&size)) return *bytes;
  const auto share = std::get<Percent>(size).value;
  if (share >= 100) return whole;
  return static_cast<std::uint64_t>(static_cast<double>(whole) / 100 * share);
}

}  // namespace larder::core
