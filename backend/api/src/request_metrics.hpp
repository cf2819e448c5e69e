// Metrics of requests under Zot's names (zot_http_requests_total, zot_http_method_latency_seconds,
// zot_http_repo_latency_seconds), so that existing dashboards go on.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "larder/http/message.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::api {

// Thread-safe. After a series' first use an update takes no lock, except for the per-repository summary, which takes
// one of several.
class RequestMetrics {
 public:
  explicit RequestMetrics(telemetry::MetricRegistry& metrics);

  // `repository`: one that exists, or "" (a label for each name that is asked for would have no bound).
  void count(http::Method method, int status, std::chrono::nanoseconds took, std::string_view repository);

 private:
  static constexpr std::size_t kMethods = static_cast<std::size_t>(http::Method::Other) + 1;
  static constexpr int kFirstStatus = 100, kLastStatus = 599;
  static constexpr std::size_t kStatuses = kLastStatus - kFirstStatus + 1;
  static constexpr std::size_t kStripes = 16;
  static constexpr std::size_t kMaxRepositories = 4096;  // per stripe; beyond it they are not told apart

  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  struct Stripe {
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<telemetry::Histogram>, NameHash, std::equal_to<>> repositories;
  };

  telemetry::Counter& requests(http::Method method, int status);
  std::shared_ptr<telemetry::Histogram> repositoryLatency(const std::string& repository);

  telemetry::MetricRegistry& metrics_;
  std::array<std::shared_ptr<telemetry::Histogram>, kMethods> latency_;
  std::mutex mutex_;  // of owned_
  std::vector<std::shared_ptr<telemetry::Counter>> owned_;
  std::array<std::atomic<telemetry::Counter*>, kMethods * kStatuses> requests_{};
  std::array<Stripe, kStripes> stripes_;
};

}  // namespace larder::api
