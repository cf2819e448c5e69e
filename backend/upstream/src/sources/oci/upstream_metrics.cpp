#include "sources/oci/upstream_metrics.hpp"

#include <algorithm>
#include <charconv>

namespace larder::upstream {
namespace {

std::optional<std::uint64_t> leadingNumber(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failure != std::errc{}) return std::nullopt;
  return number;
}

std::chrono::seconds windowOf(std::string_view quota) {
  constexpr std::chrono::seconds kUnknown{60};
  constexpr std::uint64_t kLongest = 24 * 60 * 60;
  auto at = quota.find("w=");
  auto seconds = at == quota.npos ? std::nullopt : leadingNumber(quota.substr(at + 2));
  return seconds ? std::chrono::seconds(std::min(*seconds, kLongest)) : kUnknown;
}

}  // namespace

UpstreamMetrics::UpstreamMetrics(telemetry::MetricRegistry& registry, std::string host)
    : registry_(registry),
      breaker_(registry.gauge("larder_upstream_breaker_state",
                              "Circuit breaker state of the upstream: 0 closed, 1 half-open, 2 open.",
                              {{"upstream", host}})),
      loginRefused_(registry.gauge("larder_upstream_login_refused",
                                   "1 while the upstream rejects the configured credentials.", {{"upstream", host}})) {
  status_.host = std::move(host);
}

void UpstreamMetrics::countRequest(Method method, int status) {
  std::lock_guard lock(mutex_);
  auto& counter = requests_[{method, status}];
  if (!counter) {
    counter = registry_.counter("larder_upstream_requests_total",
                                "Requests to the upstream by method and status; code \"none\" means no response.",
                                {{"upstream", status_.host},
                                 {"method", toString(method)},
                                 {"code", status == 0 ? "none" : std::to_string(status)}});
  }
  counter->add();
}

void UpstreamMetrics::noteQuota(const ResponseHead& head) {
  auto limit = leadingNumber(head.find("RateLimit-Limit"));
  auto remaining = leadingNumber(head.find("RateLimit-Remaining"));
  if (!limit && !remaining) return;
  std::lock_guard lock(mutex_);
  if (limit) {
    if (!limit_) {
      limit_ = registry_.gauge("larder_upstream_ratelimit_limit",
                               "Request limit per rate-limit window, as reported by the upstream.",
                               {{"upstream", status_.host}});
    }
    limit_->set(static_cast<double>(*limit));
    status_.rateLimit = limit;
  }
  if (remaining) {
    if (!remaining_) {
      remaining_ = registry_.gauge("larder_upstream_ratelimit_remaining",
                                   "Requests left in the rate-limit window, as reported by the upstream.",
                                   {{"upstream", status_.host}});
    }
    remaining_->set(static_cast<double>(*remaining));
    status_.rateRemaining = remaining;
    quotaEnds_ = std::chrono::steady_clock::now() + windowOf(*head.find("RateLimit-Remaining"));
  }
}

void UpstreamMetrics::noteFirstByte(std::chrono::milliseconds time) {
  std::lock_guard lock(mutex_);
  status_.lastFirstByte = time;
  status_.lastContact = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

void UpstreamMetrics::noteError(std::string message) {
  std::lock_guard lock(mutex_);
  status_.lastError = std::move(message);
}

void UpstreamMetrics::showBreaker(BreakerState state) {
  breaker_->set(static_cast<double>(state));
}

void UpstreamMetrics::showLogin(bool accepted) {
  loginRefused_->set(accepted ? 0 : 1);
}

void UpstreamMetrics::showBudget(std::uint64_t left) {
  std::lock_guard lock(mutex_);
  if (!budget_) {
    budget_ =
        registry_.gauge("larder_upstream_budget_remaining",
                        "Requests left this hour in requestBudget of larder.upstreams.", {{"upstream", status_.host}});
  }
  budget_->set(static_cast<double>(left));
}

UpstreamStatus UpstreamMetrics::status() const {
  std::lock_guard lock(mutex_);
  auto status = status_;
  if (quotaEnds_ <= std::chrono::steady_clock::now()) status.rateRemaining.reset();
  return status;
}

}  // namespace larder::upstream
