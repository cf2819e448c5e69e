#include "sources/oci/rate_gate.hpp"

#include <algorithm>
#include <utility>

namespace larder::upstream {

using core::Error;
using core::ErrorCode;
using core::Result;
using runtime::SteadyTime;
using runtime::Task;

RateGate::RateGate(std::string host, std::size_t concurrent, double perSecond)
    : host_(std::move(host)), perSecond_(perSecond), gate_(concurrent), streams_(concurrent - concurrent / 8) {}

Error RateGate::full(const char* setting) const {
  return Error{ErrorCode::UpstreamTimeout,
               std::string("Too many requests are queued for ") + host_ + ". Raise " + setting + " in its sync rule.",
               host_};
}

Task<Result<RateGate::Pass>> RateGate::enter(std::string what, Kind kind, SteadyTime deadline) {
  auto& queue = kind == Kind::Stream ? streams_ : gate_;
  if (queue.waiting() >= kMaxWaiting) co_return core::fail(full("reqConcurrent"));
  runtime::Gate::Pass none;
  auto stream = kind == Kind::Stream ? co_await queue.enter(what, deadline) : std::move(none);
  if (!stream) co_return core::fail(full("reqConcurrent"));
  auto turn = co_await gate_.enter(std::move(what), deadline);
  if (!turn) co_return core::fail(full("reqConcurrent"));
  auto paced = co_await pace(deadline);
  if (!paced) co_return core::fail(paced.error());
  co_return Pass{std::move(*stream), std::move(*turn)};
}

Task<Result<void>> RateGate::pace(SteadyTime deadline) {
  if (perSecond_ <= 0) co_return Result<void>{};
  auto start = reserve(deadline);
  if (!start) co_return core::fail(full("reqPerSec"));
  co_await runtime::sleepUntil(*start);
  co_return Result<void>{};
}

// The next free start, one interval after the one before; nothing is taken if it would come too late.
std::optional<SteadyTime> RateGate::reserve(SteadyTime deadline) {
  auto interval =
      std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(1 / std::max(perSecond_, 1e-3)));
  auto now = std::chrono::steady_clock::now();
  std::lock_guard lock(mutex_);
  // A second's worth may go at once after a quiet time: a pull begins with a burst.
  auto burst = std::max(SteadyTime::duration::zero(), std::chrono::seconds(1) - interval);
  auto start = std::max(nextStart_, now - burst);
  if (start > deadline) return std::nullopt;
  nextStart_ = start + interval;
  return start;
}

}  // namespace larder::upstream
