// larder_cache_served_bytes_total{upstream,source}: what was handed to clients, by where it came from.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "larder/registry/services.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::api {

// Thread-safe. Look-ups are lock-free: entries are added only, and there are as many as upstreams are configured.
class ServedBytes {
 public:
  explicit ServedBytes(telemetry::MetricRegistry& metrics);

  // The counter of an upstream host, "" for repositories without origin. Lives as long as this object.
  telemetry::Counter& of(std::string_view upstream, registry::CacheState state);

 private:
  struct Entry {
    std::string upstream;
    std::shared_ptr<telemetry::Counter> cache;
    std::shared_ptr<telemetry::Counter> upstreamSource;
  };
  static constexpr std::size_t kMaxUpstreams = 128;  // the last stands for all that are beyond

  Entry& entry(std::string_view upstream);

  telemetry::MetricRegistry& metrics_;
  std::mutex mutex_;
  std::atomic<std::size_t> count_{0};
  std::array<std::unique_ptr<Entry>, kMaxUpstreams> entries_;
};

}  // namespace larder::api
