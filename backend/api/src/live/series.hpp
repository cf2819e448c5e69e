// The series behind the charts of the consoles, and their JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/telemetry/history.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::api::live {

// Read from what /metrics exposes too. `metrics` must outlive them.
std::vector<telemetry::SampledSeries> chartSeries(telemetry::MetricRegistry& metrics);

// "10m", "6h", "7d".
std::optional<telemetry::Resolution> parseRange(std::string_view text);
// MetricsHistory and MetricsSample of openapi.yaml, as text: they are of ten thousand numbers, or made each second.
std::string historyJson(const telemetry::Sampler& sampler, telemetry::Resolution resolution);
std::string sampleJson(const telemetry::Sampler& sampler, telemetry::WallTime now, const std::vector<float>& values);

}  // namespace larder::api::live
