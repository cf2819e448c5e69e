// The series behind the charts of the consoles.
#pragma once

#include <vector>

#include "larder/apitypes/activity.hpp"
#include "larder/telemetry/history.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::api::live {

// Read from what /metrics exposes too. `metrics` must outlive them.
std::vector<telemetry::SampledSeries> chartSeries(telemetry::MetricRegistry& metrics);

apitypes::MetricsHistory historyOf(const telemetry::Sampler& sampler, apitypes::MetricsRange range);
// `values`: in the order of the sampler's series.
apitypes::MetricsSample sampleOf(const telemetry::Sampler& sampler, apitypes::Time now,
                                 const std::vector<float>& values);

}  // namespace larder::api::live
