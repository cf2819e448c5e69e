// larder.upstreams[host].requestBudget: how many requests Larder allows itself in any hour.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"

namespace larder::upstream {

// Of one host, shared by all of its endpoints, so that what was used counts on when rules change. Thread-safe.
class RequestBudget {
 public:
  explicit RequestBudget(std::string host) : host_(std::move(host)) {}

  // 0: no limit.
  void limitTo(std::uint64_t perHour);
  // Accounts for a request at `now`. UpstreamThrottled, with the time until there is room again, when it is used up.
  core::Result<void> take(runtime::SteadyTime now);

  struct State {
    std::uint64_t perHour = 0;
    std::uint64_t left = 0;
  };
  // Nothing without a limit.
  std::optional<State> state(runtime::SteadyTime now) const;

 private:
  static constexpr std::int64_t kMinutes = 60;

  std::uint64_t usedLocked(std::int64_t minute) const;

  struct Minute {
    std::int64_t number = -kMinutes;  // since the clock's epoch
    std::uint64_t requests = 0;
  };

  const std::string host_;
  mutable std::mutex mutex_;
  std::uint64_t perHour_ = 0;
  std::array<Minute, kMinutes> minutes_;
};

}  // namespace larder::upstream
