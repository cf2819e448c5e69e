#include "sources/oci/request_budget.hpp"

#include <algorithm>
#include <chrono>

namespace larder::upstream {
namespace {

std::int64_t minuteOf(runtime::SteadyTime time) {
  return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count();
}

}  // namespace

void RequestBudget::limitTo(std::uint64_t perHour) {
  std::lock_guard lock(mutex_);
  perHour_ = perHour;
}

std::uint64_t RequestBudget::usedLocked(std::int64_t minute) const {
  std::uint64_t used = 0;
  for (const auto& one : minutes_) {
    if (one.number > minute - kMinutes) used += one.requests;
  }
  return used;
}

core::Result<void> RequestBudget::take(runtime::SteadyTime now) {
  auto minute = minuteOf(now);
  std::lock_guard lock(mutex_);
  if (perHour_ > 0 && usedLocked(minute) >= perHour_) {
    auto oldest = minute;
    for (const auto& one : minutes_) {
      if (one.requests > 0 && one.number > minute - kMinutes) oldest = std::min(oldest, one.number);
    }
    runtime::SteadyTime room{std::chrono::minutes(oldest + kMinutes)};
    core::Error error{core::ErrorCode::UpstreamThrottled,
                      "The " + std::to_string(perHour_) + " requests per hour that larder.upstreams allows for " +
                          host_ + " (requestBudget) are used up.",
                      host_};
    error.retryAfter = std::chrono::ceil<std::chrono::milliseconds>(room - now);
    return core::fail(std::move(error));
  }
  auto& current = minutes_[static_cast<std::size_t>(minute % kMinutes)];
  if (current.number != minute) current = {minute, 0};
  ++current.requests;
  return {};
}

std::optional<RequestBudget::State> RequestBudget::state(runtime::SteadyTime now) const {
  std::lock_guard lock(mutex_);
  if (perHour_ == 0) return std::nullopt;
  auto used = usedLocked(minuteOf(now));
  return State{perHour_, perHour_ - std::min(perHour_, used)};
}

}  // namespace larder::upstream
