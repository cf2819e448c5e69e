#include "polling/courtesy.hpp"

#include <algorithm>

namespace larder::registry {
namespace {

constexpr std::chrono::milliseconds kLookAgain{50};
// Under a load that never ends a poll still gets on.
constexpr std::chrono::seconds kLongestWait{10};

// The last quarter of what an upstream allows is for people's pulls.
bool isLow(std::optional<std::uint64_t> left, std::optional<std::uint64_t> limit) {
  return left && limit && *left < *limit / 4;
}

bool isLowOnQuota(const RouteTarget& target) {
  return std::ranges::all_of(target.places, [](const auto& place) {
    auto status = place.source->status();
    return isLow(status.rateRemaining, status.rateLimit) || isLow(status.budgetLeft, status.budget);
  });
}

bool isBusy(const RouteTarget& target) {
  return std::ranges::any_of(target.places, [](const auto& place) { return place.source->status().waiting > 0; });
}

}  // namespace

Task<Result<void>> Courtesy::turn(RouteTarget target) {
  while (!context_->stopping) {
    if (isLowOnQuota(target)) {
      co_return core::fail(core::ErrorCode::TooManyRequests,
                           "The remaining requests to " + target.origin.host + " are reserved for client pulls.");
    }
    if (!isBusy(target)) co_return Result<void>{};
    co_await runtime::sleepFor(kLookAgain);
  }
  co_return core::fail(core::ErrorCode::Cancelled, "The daemon is shutting down.");
}

Task<Result<void>> Courtesy::turnToFetch(RouteTarget target) {
  auto deadline = deadlineIn(kLongestWait);
  while (!context_->stopping && blobs_->running() > transfers_ && std::chrono::steady_clock::now() < deadline) {
    co_await runtime::sleepFor(kLookAgain);
  }
  co_return co_await turn(std::move(target));
}

}  // namespace larder::registry
