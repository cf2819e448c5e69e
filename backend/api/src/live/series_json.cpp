#include <array>
#include <charconv>
#include <cmath>

#include "larder/apitypes/time.hpp"
#include "live/series.hpp"

namespace larder::api::live {
namespace {

using telemetry::Resolution;

constexpr std::array kRanges{std::pair{"10m", Resolution::Second}, std::pair{"6h", Resolution::TenSeconds},
                             std::pair{"7d", Resolution::FiveMinutes}};

void appendNumber(std::string& out, float value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> text{};
  auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

// Keys, titles and queries are this program's: quotes are all that has to be escaped.
void appendText(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

// One value for each step, null where the process stood still.
void appendValues(std::string& out, const telemetry::History::Range& range, std::size_t series, std::int64_t step) {
  std::int64_t at = range.times.empty() ? 0 : range.times.front().time_since_epoch() / std::chrono::seconds(1);
  const char* comma = "";
  for (std::size_t i = 0; i < range.times.size(); ++i) {
    auto second = range.times[i].time_since_epoch() / std::chrono::seconds(1);
    for (; at < second; at += step) {
      out.append(comma).append("null");
      comma = ",";
    }
    // The clock was set back: what came before has the place.
    if (at > second) continue;
    out += comma;
    comma = ",";
    appendNumber(out, range.values[series][i]);
    at += step;
  }
}

// Of a range that spans its time at most: a clock that was set ahead leaves a gap no longer than the chart.
telemetry::History::Range clipped(telemetry::History::Range range, telemetry::Span span) {
  if (range.times.empty()) return range;
  auto oldest = range.times.back() - span.step * static_cast<std::int64_t>(span.samples);
  std::size_t skip = 0;
  while (range.times[skip] < oldest) ++skip;
  range.times.erase(range.times.begin(), range.times.begin() + static_cast<std::ptrdiff_t>(skip));
  for (auto& values : range.values) values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(skip));
  return range;
}

}  // namespace

std::optional<Resolution> parseRange(std::string_view text) {
  for (const auto& [name, resolution] : kRanges) {
    if (text == name) return resolution;
  }
  return std::nullopt;
}

std::string historyJson(const telemetry::Sampler& sampler, Resolution resolution) {
  auto span = telemetry::spanOf(resolution);
  auto range = clipped(sampler.history().range(resolution), span);
  auto start = range.times.empty() ? telemetry::WallTime{} : range.times.front();
  std::string out = "{\"range\":\"";
  out.append(kRanges[static_cast<std::size_t>(resolution)].first);
  out.append("\",\"stepMs\":").append(std::to_string(span.step / std::chrono::milliseconds(1)));
  out.append(",\"startAt\":\"").append(apitypes::formatTime(start)).append("\",\"series\":[");
  const auto& series = sampler.series();
  for (std::size_t i = 0; i < series.size(); ++i) {
    out.append(i == 0 ? "{\"key\":" : ",{\"key\":");
    appendText(out, series[i].name);
    out += ",\"title\":";
    appendText(out, series[i].title);
    out += ",\"unit\":";
    appendText(out, series[i].unit);
    out += ",\"promql\":";
    appendText(out, series[i].query);
    out += ",\"values\":[";
    appendValues(out, range, i, span.step.count());
    out += "]}";
  }
  return out += "]}";
}

std::string sampleJson(const telemetry::Sampler& sampler, telemetry::WallTime now, const std::vector<float>& values) {
  std::string out = "{\"at\":\"" + apitypes::formatTime(now) + "\",\"values\":{";
  const char* comma = "";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    out += comma;
    appendText(out, sampler.series()[i].name);
    out += ':';
    appendNumber(out, values[i]);
    comma = ",";
  }
  return out += "}}";
}

}  // namespace larder::api::live
