// When the storage will be full, from how it has grown.
#pragma once

#include <optional>

#include "larder/registry/housekeeping_service.hpp"
#include "larder/telemetry/history.hpp"

namespace larder::api {

// The moment at which larder.storage.maxBytes or the disk is reached if use goes on growing as it did: over the last
// week, or while less than hours of that are known, over the last 6 hours. Nothing while it shrinks or stands still, if
// it is more than a year ahead, and in the first minutes of a daemon.
std::optional<telemetry::WallTime> storageFullAt(const telemetry::Sampler& sampler, const registry::StorageState& state,
                                                 telemetry::WallTime now);

}  // namespace larder::api
