// The last ten minutes of the sampled metrics, as the live stream has them, and what charts make of series.
#pragma once

#include <QObject>
#include <QVector>
#include <optional>
#include <string_view>
#include <vector>

#include "console/client/live_stream.hpp"
#include "larder/apitypes/activity.hpp"

namespace console::models {

// NaN where nothing was sampled: a gap.
using Values = std::vector<double>;

// The mean over the window of the series' own query, so that the line is what Prometheus would draw. Gaps stay.
Values smoothed(const larder::apitypes::Series& series, std::uint64_t stepMs);
// "rate(x[1m])": 60,000 ms; 0 where the query has no window.
std::int64_t windowMs(std::string_view promql);
// Single steps without a value, as between two daemons, are drawn over.
Values bridged(Values values);

// As long as the steps of ten minutes, NaN before the first sample; `now` where there is none.
void fillWindow(larder::apitypes::MetricsHistory& history, larder::apitypes::Time now);
// The window moves on by as many steps as have passed; steps without a sample are NaN.
void append(larder::apitypes::MetricsHistory& history, const larder::apitypes::MetricsSample& sample);

class MetricsWindow : public QObject {
  Q_OBJECT

 public:
  explicit MetricsWindow(client::LiveStream& live, QObject* parent = nullptr);

  const std::optional<larder::apitypes::MetricsHistory>& history() const { return history_; }
  const larder::apitypes::Series* series(std::string_view key) const;
  Values values(std::string_view key) const;
  // Of the last step; NaN where that is a gap.
  double last(std::string_view key) const;

 signals:
  void changed();

 private:
  std::optional<larder::apitypes::MetricsHistory> history_;
};

}  // namespace console::models
