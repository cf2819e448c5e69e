// What one endpoint counts and shows.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "larder/telemetry/metrics.hpp"
#include "larder/upstream/upstream_source.hpp"
#include "transport/request.hpp"

namespace larder::upstream {

// Thread-safe. `registry` must outlive it.
class UpstreamMetrics {
 public:
  UpstreamMetrics(telemetry::MetricRegistry& registry, std::string host);

  // One answer of the network; `status` 0: none came.
  void countRequest(Method method, int status);
  // Takes RateLimit-Limit and RateLimit-Remaining (as Docker Hub sends them: "100;w=21600", the window in seconds).
  void noteQuota(const ResponseHead& head);
  void noteFirstByte(std::chrono::milliseconds time);
  // "" after a success.
  void noteError(std::string message);
  void showBreaker(BreakerState state);
  // Whether our credentials are accepted, as far as is known.
  void showLogin(bool accepted);
  void showBudget(std::uint64_t left);
  // `breaker` is filled in by the caller.
  UpstreamStatus status() const;

 private:
  telemetry::MetricRegistry& registry_;
  mutable std::mutex mutex_;
  UpstreamStatus status_;
  std::map<std::pair<Method, int>, std::shared_ptr<telemetry::Counter>> requests_;
  std::shared_ptr<telemetry::Gauge> breaker_;
  std::shared_ptr<telemetry::Gauge> loginRefused_;
  std::shared_ptr<telemetry::Gauge> limit_;  // made when the upstream first says so
  std::shared_ptr<telemetry::Gauge> remaining_;
  std::shared_ptr<telemetry::Gauge> budget_;         // made when there is one
  std::chrono::steady_clock::time_point quotaEnds_;  // until when `remaining` holds
};

}  // namespace larder::upstream
