#include "rate_limiter.hpp"

#include <algorithm>

namespace larder::api {

TokenBucket::TokenBucket(double rate)
    : interval_(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min(1e9 / rate, 1e15)))),
      burst_(std::max<std::int64_t>(interval_, 1'000'000'000)) {}

std::optional<std::chrono::nanoseconds> TokenBucket::take(runtime::SteadyTime now) {
  auto at = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  auto full = fullAt_.load(std::memory_order_relaxed);
  while (true) {
    auto next = std::max(full, at) + interval_;
    if (next - at > burst_) return std::chrono::nanoseconds(next - at - burst_);
    if (fullAt_.compare_exchange_weak(full, next, std::memory_order_relaxed)) return std::nullopt;
  }
}

RateLimiter::RateLimiter(const std::optional<config::RateLimit>& limits) {
  if (!limits) return;
  if (limits->rate && *limits->rate > 0) all_.emplace(*limits->rate);
  for (std::size_t i = 0; i < methods_.size(); ++i) {
    auto found = limits->methods.find(std::string(http::toString(static_cast<http::Method>(i))));
    if (found != limits->methods.end() && found->second > 0) methods_[i].emplace(found->second);
  }
}

std::optional<std::chrono::nanoseconds> RateLimiter::take(http::Method method, runtime::SteadyTime now) {
  auto& own = methods_[static_cast<std::size_t>(method)];
  if (own) {
    if (auto wait = own->take(now)) return wait;
  }
  return all_ ? all_->take(now) : std::nullopt;
}

}  // namespace larder::api
