#include "sources/oci/breaker.hpp"

#include <algorithm>
#include <utility>

namespace larder::upstream {

using core::Error;
using core::ErrorCode;

Breaker::Breaker(std::string host, BreakerOptions options, const runtime::Clock& clock, OnChange onChange)
    : host_(std::move(host)), options_(options), clock_(clock), onChange_(std::move(onChange)) {}

// An invalid answer is quick, and may be about one image alone: no reason to leave the whole upstream alone.
bool Breaker::counts(ErrorCode code) {
  return core::isUpstreamOutage(code) && code != ErrorCode::UpstreamInvalid;
}

core::Result<Breaker::Permit> Breaker::admit() {
  std::lock_guard lock(mutex_);
  if (!admits()) return core::fail(refused());
  if (!openUntil_) return Permit(*this, false);
  probing_ = true;
  tellOfChange();
  return Permit(*this, true);
}

std::optional<Error> Breaker::refusal() const {
  std::lock_guard lock(mutex_);
  return admits() ? std::nullopt : std::optional(refused());
}

bool Breaker::admits() const {
  return !openUntil_ || (clock_.steady() >= *openUntil_ && !probing_);
}

Error Breaker::refused() const {
  Error error{throttled_ ? ErrorCode::UpstreamThrottled : ErrorCode::UpstreamUnavailable,
              throttled_ ? host_ + " is rate limiting this daemon (429). Requests to it are paused."
                         : host_ + " failed several times in a row. Requests to it are paused for a moment.",
              host_};
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*openUntil_ - clock_.steady());
  error.retryAfter = std::max(left, std::chrono::milliseconds(1000));
  return error;
}

BreakerState Breaker::state() const {
  std::lock_guard lock(mutex_);
  return stateNow();
}

BreakerState Breaker::stateNow() const {
  if (!openUntil_) return BreakerState::Closed;
  return probing_ ? BreakerState::HalfOpen : BreakerState::Open;
}

void Breaker::tellOfChange() {
  auto state = stateNow();
  if (std::exchange(told_, state) != state && onChange_) onChange_(state);
}

std::optional<std::chrono::system_clock::time_point> Breaker::nextTry() const {
  std::lock_guard lock(mutex_);
  return openUntil_ && clock_.steady() < *openUntil_ ? std::optional(shownUntil_) : std::nullopt;
}

void Breaker::recover() {
  std::lock_guard lock(mutex_);
  if (openUntil_ && throttled_) return;
  failures_ = 0;
  openUntil_.reset();
  tellOfChange();
}

Breaker::Permit::~Permit() {
  if (breaker_) breaker_->settle(probe_, nullptr, false);
}

void Breaker::Permit::succeeded() {
  if (auto* breaker = std::exchange(breaker_, nullptr)) breaker->settle(probe_, nullptr, true);
}

void Breaker::Permit::failed(const Error& error) {
  if (auto* breaker = std::exchange(breaker_, nullptr)) breaker->settle(probe_, &error, true);
}

bool Breaker::Permit::wouldOpen(const Error& error) const {
  if (!counts(error.code) || error.code == ErrorCode::UpstreamThrottled) return false;
  std::lock_guard lock(breaker_->mutex_);
  return probe_ || breaker_->failures_ + 1 >= breaker_->options_.failures;
}

void Breaker::settle(bool probe, const Error* error, bool verdict) {
  std::lock_guard lock(mutex_);
  if (probe) probing_ = false;
  learn(probe, error, verdict);
  tellOfChange();
}

void Breaker::learn(bool probe, const Error* error, bool verdict) {
  if (!verdict || (error && error->code == ErrorCode::Cancelled)) return;
  if (!error || !counts(error->code)) {
    // A request from before the outage that ends well does not end a pause that the upstream asked for.
    if (probe || !openUntil_) {
      failures_ = 0;
      openUntil_.reset();
    }
    return;
  }
  if (error->code == ErrorCode::UpstreamThrottled) {
    open(error->retryAfter.value_or(kThrottledFor), true);
    return;
  }
  ++failures_;
  if (probe || failures_ >= options_.failures) open(options_.openFor, false);
}

void Breaker::open(std::chrono::milliseconds span, bool throttled) {
  auto until = clock_.steady() + span;
  // Stragglers never shorten a pause.
  if (openUntil_ && until < *openUntil_) return;
  openUntil_ = until;
  shownUntil_ = clock_.now() + span;
  throttled_ = throttled;
}

}  // namespace larder::upstream
