#include "transport/transfer.hpp"

#include <algorithm>

#include "transport/failure.hpp"

namespace larder::upstream {

using core::Error;
using core::ErrorCode;
using core::fail;
using core::Result;
using runtime::SteadyTime;
using runtime::Task;

namespace {

constexpr std::chrono::milliseconds kFailureBodyPatience{500};
// A body that stands still has as long as one that does not begin.
constexpr const char* kByFirstByteTimeout = " (larder.upstream.firstByteTimeout).";

SteadyTime now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

Transfer::Transfer(std::shared_ptr<CurlMulti> multi, RequestSpec spec, std::string host, TransferLimits limits)
    : multi_(std::move(multi)),
      state_(std::make_shared<TransferState>(std::move(spec), multi_->pieces())),
      signal_(state_->signal()),
      host_(std::move(host)),
      limits_(limits) {
  multi_->start(state_);
}

Transfer::~Transfer() {
  state_->detach();
  if (!state_->outcome()) multi_->cancel(state_);
}

// False when `until` or the deadline has passed.
Task<bool> Transfer::wait(std::uint64_t seen, SteadyTime until) {
  co_return co_await signal_->wait(seen, std::min(until, limits_.deadline));
}

Error Transfer::timedOut(std::string what) const {
  return Error{ErrorCode::UpstreamTimeout, std::move(what), host_};
}

Error Transfer::lateBlob() const {
  return timedOut("The blob from " + host_ + " did not arrive in time (syncTimeout of its sync rule).");
}

Task<Result<ResponseHead>> Transfer::head() {
  while (true) {
    auto seen = signal_->version();
    auto outcome = state_->outcome();
    if (state_->hasHead()) break;
    if (outcome) co_return fail(toError(*outcome, host_));
    bool changed = co_await wait(seen, limits_.firstByte);
    if (!changed) {
      bool byDeadline = limits_.deadline < limits_.firstByte;
      co_return fail(timedOut(host_ + " did not respond in time" + (byDeadline ? "." : kByFirstByteTimeout)));
    }
  }
  auto patience = now() + kFailureBodyPatience;
  while (!state_->head().isSuccess()) {
    auto seen = signal_->version();
    if (state_->outcome()) break;
    bool changed = co_await wait(seen, patience);
    if (!changed) break;
  }
  co_return state_->head();
}

Task<Result<std::string>> Transfer::body() {
  while (true) {
    auto seen = signal_->version();
    if (auto outcome = state_->outcome()) {
      if (outcome->kind != Outcome::Kind::Complete) co_return fail(toError(*outcome, host_));
      co_return state_->takeBody();
    }
    bool changed = co_await wait(seen, now() + limits_.stall);
    if (!changed) co_return fail(timedOut(host_ + " did not complete its response in time" + kByFirstByteTimeout));
  }
}

Task<Result<std::span<const std::byte>>> Transfer::next() {
  if (lent_ > 0) {
    if (state_->consume(lent_)) multi_->resume(state_);
    lent_ = 0;
  }
  while (true) {
    auto seen = signal_->version();
    // The outcome is read first: what was in the buffer when it came is still there afterwards.
    auto outcome = state_->outcome();
    auto chunk = state_->peek();
    if (!chunk.empty()) {
      // A consumer that is slower than the upstream, or held to a rate, never waits.
      if (now() >= limits_.deadline) co_return fail(lateBlob());
      lent_ = chunk.size();
      sinceCheck_ += lent_;
      if (sinceCheck_ >= kStallBytes) {
        sinceCheck_ = 0;
        waited_ = {};
      }
      co_return chunk;
    }
    if (outcome) {
      if (outcome->kind != Outcome::Kind::Complete) co_return fail(toError(*outcome, host_));
      co_return chunk;
    }
    auto begun = now();
    bool changed = co_await wait(seen, begun + limits_.stall - waited_);
    waited_ += now() - begun;
    if (!changed) {
      if (now() >= limits_.deadline) co_return fail(lateBlob());
      co_return fail(timedOut("The blob from " + host_ + " stalled" + kByFirstByteTimeout));
    }
  }
}

}  // namespace larder::upstream
