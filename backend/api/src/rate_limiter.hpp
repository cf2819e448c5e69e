// Rate limits of http.ratelimit: one bucket for all requests, and one for each method that has a rate of its own.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "larder/config/config.hpp"
#include "larder/http/message.hpp"
#include "larder/runtime/task.hpp"

namespace larder::api {

// A token bucket in the form of the generic cell rate algorithm: one atomic time, no lock. It holds one second's worth
// of requests, at least one. Thread-safe.
class TokenBucket {
 public:
  // `rate` > 0, requests per second.
  explicit TokenBucket(double rate);
  // Nothing if the request may pass; else how long until one may.
  std::optional<std::chrono::nanoseconds> take(runtime::SteadyTime now);

 private:
  std::int64_t interval_;
  std::int64_t burst_;
  std::atomic<std::int64_t> fullAt_{INT64_MIN};  // when the bucket would be full again
};

class RateLimiter {
 public:
  explicit RateLimiter(const std::optional<config::RateLimit>& limits);
  std::optional<std::chrono::nanoseconds> take(http::Method method, runtime::SteadyTime now);

 private:
  std::optional<TokenBucket> all_;
  std::array<std::optional<TokenBucket>, static_cast<std::size_t>(http::Method::Other) + 1> methods_;
};

}  // namespace larder::api
