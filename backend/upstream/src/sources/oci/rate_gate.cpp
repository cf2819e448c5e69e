#include "sources/oci/rate_gate.hpp"

#include <algorithm>
#include <utility>

namespace larder::upstream {

using core::ErrorCode;
using core::Result;
using runtime::SteadyTime;
using runtime::Task;

RateGate::RateGate(std::string host, std::size_t concurrent, double perSecond)
    : host_(std::move(host)), perSecond_(perSecond), gate_(concurrent), streams_(concurrent - concurrent / 8) {}

Result<RateGate::Pass> RateGate::refuse(const char* setting) const {
  return core::fail(
      ErrorCode::UpstreamTimeout,
      std::string("Too many requests are queued for ") + host_ + ". Raise " + setting + " in its sync rule.", host_);
}

Task<Result<RateGate::Pass>> RateGate::enter(std::string what, Kind kind, SteadyTime deadline) {
  // Hundreds may wait here: each `co_return` of an error of its own would make their frames larger.
  const char* tooLow = "reqConcurrent";
  if ((kind == Kind::Stream ? streams_ : gate_).waiting() < kMaxWaiting) {
    auto stream =
        kind == Kind::Stream ? co_await streams_.enter(what, deadline) : std::make_optional<runtime::Gate::Pass>();
    auto turn = stream ? co_await gate_.enter(std::move(what), deadline) : std::nullopt;
    auto start = turn ? reserve(deadline) : std::nullopt;
    if (start) {
      if (perSecond_ > 0) co_await runtime::sleepUntil(*start);
      co_return Pass{std::move(*stream), std::move(*turn)};
    }
    if (turn) tooLow = "reqPerSec";
  }
  co_return refuse(tooLow);
}

// The next free start, one interval after the one before; nothing is taken if it would come too late.
std::optional<SteadyTime> RateGate::reserve(SteadyTime deadline) {
  if (perSecond_ <= 0) return SteadyTime{};  // at once
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
