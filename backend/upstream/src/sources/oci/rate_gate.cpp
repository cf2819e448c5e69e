#include "sources/oci/rate_gate.hpp"

#include <algorithm>
#include <utility>

namespace larder::upstream {

using core::Error;
using core::ErrorCode;
using core::Result;
using runtime::SteadyTime;
using runtime::Task;

// A waiter's place in the queue. Left without having been used, it goes to the next, also when the coroutine's frame is
// destroyed while it waits.
class RateGate::Place {
 public:
  Place(RateGate& gate, std::shared_ptr<Waiter> waiter) : gate_(&gate), waiter_(std::move(waiter)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (!gate_) return;
    bool granted = false;
    {
      std::lock_guard lock(gate_->mutex_);
      granted = waiter_->granted;
      if (!granted) std::erase(gate_->waiters_, waiter_);
    }
    if (granted) gate_->leave();
  }
  bool isGranted() const {
    std::lock_guard lock(gate_->mutex_);
    return waiter_->granted;
  }
  Pass use() { return Pass(*std::exchange(gate_, nullptr)); }

 private:
  RateGate* gate_;
  std::shared_ptr<Waiter> waiter_;
};

RateGate::RateGate(std::string host, std::size_t concurrent, double perSecond)
    : host_(std::move(host)), concurrent_(std::max<std::size_t>(1, concurrent)), perSecond_(perSecond) {}

Error RateGate::full(const char* setting) const {
  return Error{ErrorCode::UpstreamTimeout,
               std::string("Too many requests are queued for ") + host_ + ". Raise " + setting + " in its sync rule.",
               host_};
}

Task<Result<RateGate::Pass>> RateGate::enter(SteadyTime deadline) {
  std::shared_ptr<Waiter> waiter;
  {
    std::lock_guard lock(mutex_);
    if (running_ < concurrent_ && waiters_.empty()) {
      ++running_;
    } else if (waiters_.size() >= kMaxWaiting) {
      co_return core::fail(full("reqConcurrent"));
    } else {
      waiter = std::make_shared<Waiter>();
      waiters_.push_back(waiter);
    }
  }
  if (!waiter) {
    Pass pass(*this);
    auto paced = co_await pace(deadline);
    if (!paced) co_return core::fail(paced.error());
    co_return pass;
  }
  Place place(*this, waiter);
  while (true) {
    auto seen = waiter->signal.version();
    if (place.isGranted()) break;
    bool changed = co_await waiter->signal.wait(seen, deadline);
    if (!changed) co_return core::fail(full("reqConcurrent"));
  }
  auto pass = place.use();
  auto paced = co_await pace(deadline);
  if (!paced) co_return core::fail(paced.error());
  co_return pass;
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

void RateGate::leave() {
  std::shared_ptr<Waiter> next;
  {
    std::lock_guard lock(mutex_);
    if (waiters_.empty()) {
      --running_;
      return;
    }
    next = std::move(waiters_.front());
    waiters_.pop_front();
    next->granted = true;
  }
  next->signal.notify();
}

std::size_t RateGate::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

std::size_t RateGate::waiting() const {
  std::lock_guard lock(mutex_);
  return waiters_.size();
}

}  // namespace larder::upstream
