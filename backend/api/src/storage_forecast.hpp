// When the storage will be full, and when eviction starts, from how it has grown.
#pragma once

#include <optional>

#include "larder/registry/housekeeping_service.hpp"
#include "larder/telemetry/history.hpp"

namespace larder::api {

// If use goes on growing as it did: over the last week, or while less than hours of that are known, over the last 6
// hours. Nothing while it shrinks or stands still, if it is more than a year ahead, and in the first minutes of a
// daemon.
struct StorageForecast {
  std::optional<telemetry::WallTime> fullAt;      // larder.storage.maxBytes or the disk is reached
  std::optional<telemetry::WallTime> evictionAt;  // the high watermark, or larder.storage.minFree, is
};
StorageForecast forecastStorage(const telemetry::Sampler& sampler, const registry::StorageState& state,
                                telemetry::WallTime now);

}  // namespace larder::api
