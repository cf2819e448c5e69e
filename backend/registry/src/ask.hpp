// Asking a route's upstreams in order: another URL of the same rule after an outage, the next rule after "not found"
// alone. An outage is never followed by another rule: its registry might hold something else under the same name.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "larder/core/error.hpp"
#include "router.hpp"

namespace larder::registry {

inline bool isAbsence(core::ErrorCode code) {
  return code == core::ErrorCode::UpstreamNotFound || code == core::ErrorCode::UpstreamDenied;
}

// As an absence to who asks for it; but it tells nothing of the content, and is nobody's miss.
inline bool isNo(core::ErrorCode code) {
  return isAbsence(code) || code == core::ErrorCode::UpstreamLoginRefused;
}

// Which of two outages to tell of: "throttled" only if every URL was.
inline core::Error worse(std::optional<core::Error> before, core::Error now) {
  if (!before) return now;
  bool beforeThrottled = before->code == core::ErrorCode::UpstreamThrottled;
  bool nowThrottled = now.code == core::ErrorCode::UpstreamThrottled;
  if (beforeThrottled && nowThrottled) {
    if (now.retryAfter && (!before->retryAfter || *now.retryAfter < *before->retryAfter)) return now;
    return std::move(*before);
  }
  return beforeThrottled ? std::move(now) : std::move(*before);
}

template <class T>
struct Asked {
  Result<T> result;
  std::size_t target = 0;  // index of the target that answered, or failed last
};

// Starts one request. No coroutine itself: it returns the source's task, which owns its parameters.
template <class T>
using UpstreamRequest = std::function<Task<Result<T>>(upstream::UpstreamSource& source, const std::string& name)>;

// `targets` must not be empty. Whoever awaits this keeps them.
template <class T>
Task<Asked<T>> askInOrder(std::span<const RouteTarget> targets, UpstreamRequest<T> request) {
  std::optional<core::Error> absence;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    std::optional<core::Error> outage;
    for (const auto& place : targets[i].places) {
      auto result = co_await request(*place.source, place.name);
      if (result) co_return Asked<T>{std::move(result), i};
      if (isNo(result.error().code)) {
        outage.reset();
        // Of one that might have had it, there is more to tell than of those that do not.
        bool told = absence && absence->code == core::ErrorCode::UpstreamLoginRefused;
        if (!told) absence = std::move(result.error());
        break;
      }
      outage = worse(std::move(outage), std::move(result.error()));
    }
    if (outage) co_return Asked<T>{core::fail(std::move(*outage)), i};
  }
  co_return Asked<T>{core::fail(std::move(*absence)), targets.size() - 1};
}

}  // namespace larder::registry
