#include "request_metrics.hpp"
#include "larder/core/version.hpp"

#include <algorithm>

namespace larder::api {
namespace {

std::string label(http::Method method) {
  return method == http::Method::Other ? "OTHER" : std::string(toString(method));
}

}  // namespace

RequestMetrics::RequestMetrics(telemetry::MetricRegistry& metrics) : metrics_(metrics) {
  for (std::size_t i = 0; i < kMethods; ++i) {
    latency_[i] = metrics_.histogram("zot_http_method_latency_seconds", "Request latency by method.",
                                     telemetry::latencyBuckets(), {{"method", label(static_cast<http::Method>(i))}});
  }
  metrics_.gauge("zot_up", "1 while the registry is running.")->set(1);
  metrics_
      .gauge("zot_info", "Build information, in the labels.",
             {{"commit", ""}, {"binaryType", "larder"}, {"goVersion", ""}, {"version", std::string(core::version())}})
      ->set(1);
}

telemetry::Counter& RequestMetrics::requests(http::Method method, int status) {
  auto column = static_cast<std::size_t>(std::clamp(status, kFirstStatus, kLastStatus) - kFirstStatus);
  auto& slot = requests_[static_cast<std::size_t>(method) * kStatuses + column];
  if (auto* known = slot.load(std::memory_order_acquire)) return *known;
  std::lock_guard lock(mutex_);
  if (auto* known = slot.load(std::memory_order_relaxed)) return *known;
  owned_.push_back(metrics_.counter("zot_http_requests_total", "Requests, by method and status.",
                                    {{"method", label(method)}, {"code", std::to_string(status)}}));
  slot.store(owned_.back().get(), std::memory_order_release);
  return *owned_.back();
}

std::shared_ptr<telemetry::Histogram> RequestMetrics::repositoryLatency(const std::string& repository) {
  return metrics_.summary("zot_http_repo_latency_seconds", "Request latency by repository.", {{"repo", repository}});
}

void RequestMetrics::count(http::Method method, int status, std::chrono::nanoseconds took,
                           std::string_view repository) {
  auto seconds = std::chrono::duration<double>(took).count();
  requests(method, status).add();
  latency_[static_cast<std::size_t>(method)]->observe(seconds);
  if (repository.empty()) return;

  auto& stripe = stripes_[NameHash{}(repository) % kStripes];
  std::lock_guard lock(stripe.mutex);
  auto found = stripe.repositories.find(repository);
  if (found == stripe.repositories.end()) {
    if (stripe.repositories.size() >= kMaxRepositories) {
      // Make room by forgetting those whose series were dropped with their repository.
      std::erase_if(stripe.repositories, [](const auto& entry) { return entry.second.use_count() == 1; });
      if (stripe.repositories.size() >= kMaxRepositories) return;
    }
    std::string name(repository);
    auto series = repositoryLatency(name);
    found = stripe.repositories.emplace(std::move(name), std::move(series)).first;
  } else if (found->second.use_count() == 1) {
    // The registry of metrics let the series go: the repository went, and came back.
    found->second = repositoryLatency(found->first);
  }
  found->second->observe(seconds);
}

}  // namespace larder::api
