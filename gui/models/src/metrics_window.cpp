#include "console/models/metrics_window.hpp"

#include <QRegularExpression>
#include <algorithm>
#include <chrono>
#include <cmath>

#include "console/client/text.hpp"

namespace console::models {
namespace {

namespace api = larder::apitypes;

constexpr std::int64_t kWindowMs = 600'000;

std::int64_t millis(api::Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

std::int64_t windowMs(std::string_view promql) {
  static const QRegularExpression kWindow(QStringLiteral("\\[(\\d+)([smh])\\]"));
  const auto found = kWindow.match(client::text(promql));
  if (!found.hasMatch()) return 0;
  const auto unit = found.captured(2);
  return found.captured(1).toLongLong() * (unit == "s" ? 1000 : unit == "m" ? 60'000 : 3'600'000);
}

Values smoothed(const api::Series& series, std::uint64_t stepMs) {
  Values values(series.values.begin(), series.values.end());
  const auto width = stepMs == 0 ? 0 : windowMs(series.promql) / static_cast<std::int64_t>(stepMs);
  if (width < 2 || (series.unit != api::Unit::PerSecond && series.unit != api::Unit::BytesPerSecond)) return values;
  Values means(values.size());
  double sum = 0;
  int known = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) {
      sum += values[i];
      ++known;
    }
    if (i >= static_cast<std::size_t>(width) && !std::isnan(values[i - static_cast<std::size_t>(width)])) {
      sum -= values[i - static_cast<std::size_t>(width)];
      --known;
    }
    means[i] = std::isnan(values[i]) ? values[i] : std::max(0.0, sum / known);
  }
  return means;
}

Values bridged(Values values) {
  for (std::size_t i = 1; i + 1 < values.size(); ++i) {
    if (std::isnan(values[i]) && !std::isnan(values[i - 1]) && !std::isnan(values[i + 1])) {
      values[i] = (values[i - 1] + values[i + 1]) / 2;
    }
  }
  return values;
}

void fillWindow(api::MetricsHistory& history, api::Time now) {
  if (history.stepMs == 0 || history.series.empty()) return;
  const auto length = static_cast<std::size_t>(kWindowMs / static_cast<std::int64_t>(history.stepMs));
  const auto known = history.series.front().values.size();
  if (known >= length) return;
  const auto step = std::chrono::milliseconds(history.stepMs);
  const auto last = known > 0 ? history.startAt + step * static_cast<std::int64_t>(known - 1) : now;
  history.startAt = last - step * static_cast<std::int64_t>(length - 1);
  for (auto& one : history.series) one.values.insert(one.values.begin(), length - known, NAN);
}

void append(api::MetricsHistory& history, const api::MetricsSample& sample) {
  if (history.series.empty() || history.stepMs == 0) return;
  const auto length = static_cast<std::int64_t>(history.series.front().values.size());
  const auto step = static_cast<std::int64_t>(history.stepMs);
  const auto place =
      std::llround(static_cast<double>(millis(sample.at) - millis(history.startAt)) / static_cast<double>(step));
  if (place < 0 || length == 0) return;
  const auto shift = std::max<std::int64_t>(0, place - length + 1);
  for (auto& one : history.series) {
    const auto gone = std::min(shift, length);
    one.values.erase(one.values.begin(), one.values.begin() + gone);
    one.values.resize(static_cast<std::size_t>(length), NAN);
    const auto found = sample.values.find(one.key);
    one.values[static_cast<std::size_t>(place - shift)] = found == sample.values.end() ? NAN : found->second;
  }
  history.startAt += std::chrono::milliseconds(shift * step);
}

MetricsWindow::MetricsWindow(client::LiveStream& live, QObject* parent) : QObject(parent) {
  connect(&live, &client::LiveStream::received, this, [this](const std::shared_ptr<const client::LiveUpdate>& update) {
    if (update->topic != api::LiveTopic::Metrics) return;
    if (const auto* history = std::get_if<api::MetricsHistory>(&update->data)) {
      history_ = *history;
      fillWindow(*history_, std::chrono::system_clock::now());
    } else if (const auto* sample = std::get_if<api::MetricsSample>(&update->data); sample && history_) {
      append(*history_, *sample);
    } else {
      return;
    }
    emit changed();
  });
  live.use(api::LiveTopic::Metrics, this);
}

const api::Series* MetricsWindow::series(std::string_view key) const {
  if (!history_) return nullptr;
  const auto found = std::ranges::find(history_->series, key, &api::Series::key);
  return found == history_->series.end() ? nullptr : &*found;
}

Values MetricsWindow::values(std::string_view key) const {
  const auto* found = series(key);
  return found ? Values(found->values.begin(), found->values.end()) : Values();
}

double MetricsWindow::last(std::string_view key) const {
  const auto* found = series(key);
  return !found || found->values.empty() ? NAN : found->values.back();
}

}  // namespace console::models
